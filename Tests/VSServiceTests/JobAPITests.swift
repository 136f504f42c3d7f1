import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Testing
import VSService
import VSStore

/// The queue over HTTP, and what readers say there.
struct JobAPITests {
    private let clinic: ServedClinic
    private let job: Int64

    init() throws {
        clinic = try ServedClinic()
        job = try clinic.store.enqueue(scan: 1, JobRequest(cause: JobRecord.again))
    }

    @Test("jobs are listed by state, page by page")
    func listed() async throws {
        for _ in 0..<3 {
            try clinic.store.cancelJob(
                try clinic.store.enqueue(scan: 1, JobRequest(cause: JobRecord.again)))
        }
        func jobs(_ query: String) async throws -> (numbers: [Int], next: String?) {
            let object = try await clinic.get("/api/v1/jobs\(query)", token: clinic.viewer).object()
            let items = try #require(object["items"] as? [[String: Any]])
            return (items.compactMap { $0["job"] as? Int }, object["next"] as? String)
        }
        #expect(try await jobs("").numbers.isEmpty)
        #expect(try await jobs("?all=true").numbers == [3, 2, 1])
        let first = try await jobs("?state=cancelled&limit=2")
        #expect(first.numbers == [3, 2])
        let next = try #require(first.next)
        #expect(try await jobs("?state=cancelled&limit=2&after=\(next)").numbers == [1])
        let wrong = try await clinic.get("/api/v1/jobs?state=lost", token: clinic.viewer)
        #expect(wrong.status == 400)
    }

    @Test("a clinician cancels a job and lets it wait again, a viewer does not")
    func changed() async throws {
        let path = "/api/v1/jobs/\(job)"
        for change in ["cancel", "retry"] {
            #expect(try await clinic.post("\(path)/\(change)", token: clinic.viewer).status == 403)
            #expect(try await clinic.post("\(path)/\(change)", token: clinic.device).status == 403)
        }
        let cancelled = try await clinic.post("\(path)/cancel", token: clinic.clinician)
        #expect(try cancelled.object()["state"] as? String == "cancelled")
        #expect(try await clinic.post("\(path)/cancel", token: clinic.clinician).status == 409)
        let waiting = try await clinic.post("\(path)/retry", token: clinic.clinician)
        #expect(try waiting.object()["state"] as? String == "waiting")
        // What was said of its end holds no longer.
        #expect(try waiting.object()["message"] as? String == "")
        #expect(
            try await clinic.post("/api/v1/jobs/99/cancel", token: clinic.clinician).status == 404)
        let sent = try clinic.auditLines().filter { $0[0] == "carol" }.map { $0[1] }
        // Who sent what, and what was done of it; of a refusal that it was one.
        #expect(
            sent == [
                "send cancel", "cancel job", "send cancel", "send cancel", "send retry",
                "retry job", "send cancel", "send cancel",
            ])
    }

    @Test("a job's events come until it ends, and say how it ended")
    func events() async throws {
        let path = "/api/v1/jobs/\(job)/events"
        async let watched = clinic.get(path, token: clinic.viewer)
        try clinic.store.cancelJob(job)
        let answer = try await watched
        #expect(answer.headers[.contentType] == "text/event-stream")
        let last = try #require(
            answer.text.components(separatedBy: "\n\n").last { !$0.isEmpty })
        #expect(last.hasPrefix("event: end\ndata: {") && last.contains(#""state":"cancelled""#))
        #expect(try await clinic.get("/api/v1/jobs/99/events", token: clinic.viewer).status == 404)
        #expect(try await clinic.get(path, token: clinic.device).status == 403)
    }

    @Test("while nothing happens, comments keep the connection")
    func silence() async throws {
        final class Listener: ResponseBodyWriter {
            let store: Store
            let job: Int64
            private(set) var texts: [String] = []

            init(_ store: Store, _ job: Int64) {
                self.store = store
                self.job = job
            }

            func write(_ buffer: ByteBuffer) async throws {
                texts.append(String(buffer: buffer))
                if texts.count == 3 { try store.cancelJob(job) }
            }

            func finish(_ trailingHeaders: HTTPFields?) async throws {}
        }
        let listener = Listener(clinic.store, job)
        var writer: any ResponseBodyWriter = listener
        try await JobEvents(job: job, store: clinic.store, pause: .zero, silence: .zero)
            .write(to: &writer)
        let kinds = listener.texts.map { $0.prefix { $0 != "\n" } }
        #expect(kinds.first == "event: progress" && kinds.last == "event: end")
        #expect(kinds.count >= 4)
        #expect(kinds.dropFirst().dropLast().allSatisfy { $0 == ": still here" })
    }

    @Test("a review and an acknowledgement bear the name of the token's user")
    func readings() async throws {
        let path = "/api/v1/scans/1/review"
        let body = Data(#"{"decision": "reject", "reason": "spills over"}"#.utf8)
        #expect(try await clinic.post(path, token: clinic.viewer, body).status == 403)
        let answer = try await clinic.post(path, token: clinic.clinician, body)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(try clinic.store.reviews(ofScan: 1).map(\.reader) == ["carol"])
        for wrong in ["", "{", #"{"decision": "perhaps"}"#, #"{"decision": "reject"}"#] {
            let refused = try await clinic.post(path, token: clinic.clinician, Data(wrong.utf8))
            #expect(refused.status == 400, "\(wrong): \(refused.text)")
        }
        let none = Data(#"{"decision": "withdraw", "reason": "drawn elsewhere"}"#.utf8)
        let withdrawn = try await clinic.post(path, token: clinic.clinician, none)
        #expect(withdrawn.status == 404 && withdrawn.text.contains("No outline stands"))
        let long = Data(#"{"decision": "\#(String(repeating: "x", count: 20_000))"}"#.utf8)
        #expect(try await clinic.post(path, token: clinic.clinician, long).status == 413)
        #expect(try clinic.store.reviews(ofScan: 1).count == 1)
        let quiet = try await clinic.post(
            "/api/v1/patients/P001/acknowledge", token: clinic.clinician)
        #expect(quiet.status == 400 && quiet.text.contains("No tumour of this patient is flagged"))
    }
}
