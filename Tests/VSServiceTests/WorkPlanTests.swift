import Foundation
import Testing
import VSGrowth
import VSService
import VSStore
import VSSurveillance
import VSTestSupport

/// What the service does beside answering.
struct WorkPlanTests {
    private let clinic: ServedClinic

    init() throws { clinic = try ServedClinic() }

    /// Runs the service with a plan until it has reported lines of all these beginnings.
    private func reports(_ plan: WorkPlan, until beginnings: [String]) async throws -> [String] {
        let (lines, writer) = AsyncStream.makeStream(of: String.self)
        return try await clinic.serving(plan, report: { writer.yield($0) }) { status in
            var seen: [String] = []
            for await line in lines {
                seen.append(line)
                if beginnings.allSatisfy({ begin in seen.contains { $0.hasPrefix(begin) } }) {
                    break
                }
            }
            let health = try await status("/health")
            #expect(health == 200)
            return seen
        }
    }

    @Test("jobs are done, schedules run and watched files taken, and then it stops")
    func everything() async throws {
        let job = try clinic.store.enqueue(scan: 1, JobRequest(cause: JobRecord.again))
        _ = try clinic.store.addSchedule(
            .integrity, pattern: "0 * * * *", folder: "",
            now: Date(timeIntervalSinceNow: -7200))
        let folder = clinic.folder.file("watched")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try clinic.scan(half: 5).write(
            to: URL(fileURLWithPath: folder + "/P005_2025-03-05.nii"))
        _ = try await reports(
            WorkPlan(workers: 2, folder: folder, settleSeconds: 0),
            until: ["job \(job), ", "job \(job + 1), ", "P005_2025-03-05.nii: scan 2"])
        #expect(try clinic.store.jobs(state: .done).map(\.id) == [job + 1, job])
        #expect(try clinic.store.schedules().map(\.lastResult).allSatisfy { !$0.isEmpty })
    }

    @Test("without workers files are taken and their jobs wait")
    func noWork() async throws {
        let folder = clinic.folder.file("watched")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try clinic.scan(half: 5).write(
            to: URL(fileURLWithPath: folder + "/P005_2025-03-05.nii"))
        _ = try await reports(
            WorkPlan(workers: 0, folder: folder, settleSeconds: 0),
            until: ["P005_2025-03-05.nii: scan 2, job 1"])
        #expect(try clinic.store.job(1).state == .waiting)
    }

    @Test("a failure of the work is told, and the service goes on answering")
    func failing() async throws {
        let lines = try await reports(
            WorkPlan(folder: clinic.folder.file("nowhere")), until: ["work pauses"])
        #expect(lines.first?.contains("There is no such folder to watch.") == true)
    }
}
