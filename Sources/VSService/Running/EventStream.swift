import Hummingbird
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Server-sent events of something that changes until it comes to its end.
///
/// A comment now and then keeps proxies from closing a silent connection.
struct EventStream: Sendable {
    /// What a look found.
    enum Look: Sendable {
        /// The thing as it is now; sent where it has changed, under this name.
        case change(String, String)
        /// The last event, its name and what it brings.
        case last(String, String)
    }

    /// Between two looks.
    var pause: Duration = .milliseconds(500)
    /// Without an event for so long, a comment is sent.
    var silence: Duration = .seconds(15)
    /// What was found before the answer; nil looks for it.
    var first: Look?
    /// Looks at the thing, off the event loop.
    let look: @Sendable () throws -> Look

    /// The answer.
    func response() -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                try await write(to: &writer)
                try await writer.finish(nil)
            })
    }

    /// Writes the events, up to the last one.
    func write(to writer: inout any ResponseBodyWriter) async throws {
        var shown: String?
        var spoke = ContinuousClock.now
        // Whoever stops the service does not wait for those who watch; browsers ask again.
        var found = first
        while !Task.isShuttingDownGracefully {
            if found == nil { found = try await NIOThreadPool.singleton.runIfActive(look) }
            switch found {
            case .last(let name, let text):
                try await writer.write(Self.event(name, text))
                return
            case .change(let name, let text) where text != shown:
                try await writer.write(Self.event(name, text))
                (shown, spoke) = (text, .now)
            case .change, nil:
                if ContinuousClock.now - spoke >= silence {
                    try await writer.write(ByteBuffer(string: ": still here\n\n"))
                    spoke = .now
                }
            }
            found = nil
            try await Task.sleep(for: pause)
        }
    }

    private static func event(_ name: String, _ text: String) -> ByteBuffer {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let data = lines.map { "data: \($0)\n" }.joined()
        return ByteBuffer(string: "event: \(name)\n\(data)\n")
    }
}
