import Foundation
package import Hummingbird
import NIOCore
import NIOPosix
import ServiceLifecycle
import VSReport
package import VSStore

/// A job's progress as server-sent events.
///
/// `progress` brings the job whenever it has changed, `end` brings it as it ended and is the last one. A
/// comment now and then keeps proxies from closing a silent connection.
package struct JobEvents: Sendable {
    private let job: Int64
    private let store: Store
    private let pause: Duration
    private let silence: Duration

    /// The events of a job.
    ///
    /// - Parameters:
    ///   - job: its number.
    ///   - store: the store.
    ///   - pause: between two looks at the job.
    ///   - silence: without an event for so long, a comment is sent.
    package init(
        job: Int64, store: Store, pause: Duration = .milliseconds(500),
        silence: Duration = .seconds(15)
    ) {
        self.job = job
        self.store = store
        self.pause = pause
        self.silence = silence
    }

    /// The answer; the job is known to be there.
    func response() -> Response {
        Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream", .cacheControl: "no-store",
            ],
            body: ResponseBody { writer in
                try await write(to: &writer)
                try await writer.finish(nil)
            })
    }

    /// Writes the events, up to the last one.
    package func write(to writer: inout any ResponseBodyWriter) async throws {
        var last: String?
        var spoke = ContinuousClock.now
        // Whoever stops the service does not wait for those who watch; browsers ask again.
        while !Task.isShuttingDownGracefully {
            let (text, isOver) = try await look()
            if text != last {
                let name = isOver ? "end" : "progress"
                try await writer.write(ByteBuffer(string: "event: \(name)\ndata: \(text)\n\n"))
                (last, spoke) = (text, .now)
            } else if ContinuousClock.now - spoke >= silence {
                try await writer.write(ByteBuffer(string: ": still here\n\n"))
                spoke = .now
            }
            if isOver { return }
            try await Task.sleep(for: pause)
        }
    }

    /// The job as JSON without the times that pass by themselves, and whether it has ended.
    private func look() async throws -> (text: String, isOver: Bool) {
        let (store, id) = (store, job)
        return try await NIOThreadPool.singleton.runIfActive {
            let job = try store.job(id)
            var object = Answer.object(of: job)
            object["heartbeatAt"] = nil
            object["leaseUntil"] = nil
            let isOver = [.done, .parked, .cancelled].contains(job.state)
            return (String(decoding: try Answer(json: object).data, as: UTF8.self), isOver)
        }
    }
}
