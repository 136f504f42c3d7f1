import Foundation
import Testing

/// The whole service: what comes in is segmented and answered by one process.
struct ServedWorkTests {
    private let program: Program
    private let token: String

    init() throws {
        let program = try Program()
        #expect(try program.run("user", "add", "carol", "--role", "clinician").code == 0)
        token = try program.run("token", "create", "carol", "--name", "test").out
            .trimmingCharacters(in: .whitespacesAndNewlines)
        self.program = program
    }

    private func scan(left half: Double) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: program.scan("scan\(half).nii.gz", left: half)))
    }

    @Test("an uploaded scan is segmented by the service, and its growth is there to be asked for")
    func uploaded() throws {
        let service = try ServedProgram(program)
        let sent = try service.ask(
            "POST", "/api/v1/patients/P1/scans?date=2020-03-01", token: token,
            body: scan(left: 4))
        #expect(sent.status == 201, "\(sent.text)")
        let events = try service.ask("GET", "/api/v1/jobs/1/events", token: token)
        #expect(events.status == 200 && events.text.contains("event: end"))
        #expect(events.text.contains(#""state":"done""#), "\(events.text)")
        let growth = try service.ask("GET", "/api/v1/patients/P1/growth", token: token)
        #expect(growth.text.contains(#""side":"left""#), "\(growth.text)")
        let metrics = try service.ask("GET", "/metrics")
        #expect(metrics.text.contains(#"vsdb_jobs{state="done"} 1"#))
        #expect(service.stop() == 0)
    }

    @Test("a watched file is taken beside answering")
    func watched() throws {
        let folder = program.folder + "/incoming"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try program.scan("incoming/P7_2020-03-01.nii.gz", left: 4)
        let service = try ServedProgram(program, "--watch", folder, "--settle", "0")
        #expect(service.report() == "P7_2020-03-01.nii.gz: scan 1, job 1")
        #expect(service.report()?.hasPrefix("job 1, scan 1: done by ") == true)
        #expect(service.stop() == 0)
        let done = try FileManager.default.contentsOfDirectory(atPath: folder + "/done")
        #expect(done == ["P7_2020-03-01.nii.gz"])
        #expect(try program.run("list", "segmentations", "--format", "json").list().count == 1)
    }

    @Test("without work jobs wait; who watches one does not keep the service from stopping")
    func stopped() throws {
        let service = try ServedProgram(program, "--no-work")
        let sent = try service.ask(
            "POST", "/api/v1/patients/P1/scans?date=2020-03-01", token: token, body: scan(left: 4))
        #expect(sent.status == 201, "\(sent.text)")
        let watching = try service.connect()
        try watching.send("GET", "/api/v1/jobs/1/events", token: token, length: 0)
        var seen = Data()
        while !String(decoding: seen, as: UTF8.self).contains(#""state":"waiting""#) {
            let more = try watching.some()
            try #require(!more.isEmpty)
            seen += more
        }
        #expect(service.stop() == 0)
        let rest = String(decoding: try watching.rest(), as: UTF8.self)
        #expect(!rest.contains("event: end"))
    }

    @Test("an upload that breaks off leaves nothing")
    func broken() throws {
        let service = try ServedProgram(program)
        let data = try scan(left: 4)
        let path = "/api/v1/patients/P1/scans?date=2020-03-01"
        for _ in 0..<3 {
            let connection = try service.connect()
            try connection.send("POST", path, token: token, length: data.count)
            try connection.send(data.prefix(data.count / 2))
        }
        // One that is answered, and then the stop, which waits for all that has begun.
        #expect(try service.ask("POST", path, token: token, body: data).status == 201)
        #expect(service.stop() == 0)
        #expect(try program.run("list", "scans", "--format", "json").list().count == 1)
        let left = try FileManager.default.contentsOfDirectory(
            atPath: program.folder + "/store/incoming")
        #expect(left.isEmpty)
    }

    @Test("a folder that is not there is told before it listens")
    func noFolder() throws {
        let run = try program.run("serve", "--port", "0", "--watch", program.folder + "/nowhere")
        #expect(run.code == 66 && run.err.contains("--watch") && run.out.isEmpty)
    }
}
