import Foundation
package import Hummingbird
import VSReport
package import VSStore

/// A job's progress as server-sent events.
///
/// `progress` brings the job whenever it has changed, `end` brings it as it ended and is the last one.
package struct JobEvents: Sendable {
    private let stream: EventStream

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
        stream = EventStream(pause: pause, silence: silence) {
            let job = try store.job(job)
            // Without the times that pass by themselves.
            var object = Answer.object(of: job)
            object["heartbeatAt"] = nil
            object["leaseUntil"] = nil
            let text = String(decoding: try Answer(json: object).data, as: UTF8.self)
            return job.state.isOver ? .last("end", text) : .change("progress", text)
        }
    }

    /// The answer; the job is known to be there.
    func response() -> Response { stream.response() }

    /// Writes the events, up to the last one.
    package func write(to writer: inout any ResponseBodyWriter) async throws {
        try await stream.write(to: &writer)
    }
}
