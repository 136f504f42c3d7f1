import Foundation
import Testing

/// The queue with real processes.
@Suite(.serialized)
struct QueueTests {
    private let program: Program

    init() throws { program = try Program() }

    private func queue(_ count: Int) throws {
        for number in 0..<count {
            let scan = try program.scan("q\(number).nii.gz", left: 3 + Double(number) / 10)
            let run = try program.run(
                "register", "scan", scan, "--patient", "Q\(number)", "--date", "2020-03-01",
                "--queue", "--format", "json")
            #expect(run.code == 0, "\(run.err)")
            #expect(try run.object()["job"] as? Int == number + 1)
        }
    }

    private func start(_ arguments: String...) throws -> Process {
        let process = program.process(arguments)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    private func segmentedScans() throws -> [Int] {
        try program.run("list", "segmentations", "--format", "json").list()
            .compactMap { $0["scan"] as? Int }
    }

    @Test("two workers share the queue, and none does the same work twice")
    func twoWorkers() throws {
        try queue(12)
        #expect(try program.run("jobs", "list", "--format", "json").list().count == 12)
        let workers = [try start("work", "--once"), try start("work", "--once")]
        for worker in workers { worker.waitUntilExit() }
        #expect(workers.map(\.terminationStatus) == [0, 0])
        #expect(try segmentedScans().sorted() == Array(1...12))
        #expect(try program.run("jobs", "list").out.contains("No job waits"))
        let jobs = try program.run("jobs", "list", "--all", "--format", "json").list()
        #expect(jobs.allSatisfy { $0["state"] as? String == "done" && $0["attempts"] as? Int == 1 })
    }

    @Test("workers killed at random moments lose nothing and double nothing")
    func killed() throws {
        try queue(10)
        for round in 0..<6 {
            let workers = [try start("work"), try start("work")]
            usleep(UInt32(40_000 + round * 23_000))
            for worker in workers { kill(worker.processIdentifier, SIGKILL) }
            for worker in workers { worker.waitUntilExit() }
        }
        // A job whose workers were killed too often waits for a person; the last kills are seen by the
        // worker that comes next.
        #expect(try program.run("work", "--once").code == 0)
        for job in try program.run("jobs", "list", "--state", "parked", "--format", "json").list() {
            try program.run("jobs", "retry", "\(job["job"] as? Int ?? 0)")
        }
        #expect(try program.run("work", "--once").code == 0)
        #expect(try segmentedScans().sorted() == Array(1...10))
        #expect(try program.run("doctor", "--deep").code == 0)
    }

    @Test(
        "a job can be shown, cancelled and retried from another process; a worker stops on SIGTERM")
    func cancel() throws {
        try queue(1)
        #expect(try program.run("jobs", "show", "1").out.contains("waiting"))
        #expect(try program.run("jobs", "cancel", "1").out.contains("cancelled"))
        #expect(try program.run("work", "--once").code == 0)
        #expect(try segmentedScans().isEmpty)
        #expect(try program.run("jobs", "cancel", "1").code == 65)
        #expect(try program.run("jobs", "show", "7").code == 66)
        #expect(try program.run("jobs", "retry", "1").code == 0)
        let worker = try start("work")
        while try segmentedScans().isEmpty, worker.isRunning { usleep(20_000) }
        kill(worker.processIdentifier, SIGTERM)
        worker.waitUntilExit()
        #expect(worker.terminationStatus == 0)
        #expect(try segmentedScans() == [1])
    }

    @Test("a model changes by a campaign, with a report and a way back")
    func campaign() throws {
        let scan = try program.scan("a.nii.gz", left: 4)
        try program.run("register", "scan", scan, "--patient", "P", "--date", "2020-03-01")
        #expect(try program.run("campaign", "show").code == 66)
        let before = try program.run("growth", "P").out
        #expect(try program.run("model", "install").code == 0)
        let name = try #require(
            try program.run("list", "models", "--format", "json").list()
                .first { $0["isActive"] as? Bool == false }?["name"] as? String)
        #expect(
            try program.run("model", "activate", name, "--window", "22:00-22:00").code == 64)
        let begun = try program.run("model", "activate", name, "--by-hand")
        #expect(begun.out.contains("1 scan to be segmented"), "\(begun.err)")
        #expect(try program.run("growth", "P").out == before)
        #expect(try program.run("campaign", "promote").code == 65)
        #expect(try program.run("work", "--once").code == 0)
        let shown = try program.run("campaign", "show", "--format", "json").object()
        #expect(shown["state"] as? String == "complete" && shown["segmented"] as? Int == 1)
        #expect(try program.run("growth", "P").out == before)
        let report = try program.run("campaign", "report", "--format", "json").object()
        #expect(report["missingScans"] as? Int == 0)
        #expect(try program.run("campaign", "promote").out.contains("\(name)"))
        #expect(try program.run("campaign", "rollback").out.contains("rolled back"))
        #expect(try program.run("growth", "P").out == before)
    }

    @Test("schedules are added, listed, run when due and removed")
    func schedules() throws {
        #expect(try program.run("schedule", "add", "integrity", "0 3 * * 0").code == 0)
        #expect(try program.run("schedule", "add", "integrity", "0 3 * *").code == 65)
        #expect(try program.run("schedule", "add", "backup", "0 3 * * 0").code == 64)
        let lost = try program.run(
            "schedule", "add", "backup", "0 3 * * 0", "--folder", "/dev/null/x")
        #expect(lost.code != 0 && lost.err.contains("nothing was scheduled"), "\(lost.err)")
        let listed = try program.run("schedule", "list", "--format", "json").list()
        #expect(listed.count == 1 && listed.first?["dueAt"] is String)
        #expect(try program.run("schedule", "run").out.contains("nothing is due"))
        #expect(try program.run("schedule", "remove", "1").code == 0)
        #expect(try program.run("schedule", "remove", "1").code == 66)
    }
}
