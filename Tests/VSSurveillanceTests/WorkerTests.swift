import Foundation
import Synchronization
import Testing
import VSGrowth
import VSNetwork
import VSSegmentation
import VSStore
import VSSurveillance
import VSTestSupport

/// Scans that are queued, and who works on them.
struct WorkerTests {
    private let clinic: Clinic

    init() throws { clinic = try Clinic() }

    @discardableResult
    private func queue(_ name: String, _ patient: String, left: Double = 4) throws -> Registration {
        try clinic.register(
            clinic.scan(name, left: left), patient, "2020-03-01", change: { $0.isQueued = true })
    }

    @Test("a queued scan has no result until a worker came, then the same as one done at once")
    func queued() throws {
        let done = try queue("a.nii.gz", "P")
        #expect(done.job != nil && !done.isSegmented && done.tumours.isEmpty)
        #expect(try clinic.store.segmentationSummaries().isEmpty)
        let fractions = Mutex<[Double]>([])
        let count = try Worker(clinic.surveillance).run(
            progress: { _, fraction in fractions.withLock { $0.append(fraction) } })
        #expect(count == 1)
        #expect(fractions.withLock { $0 == $0.sorted() && $0.last == 1 })
        try clinic.register(clinic.folder.file("a.nii.gz"), "Q", "2020-03-01")
        let volumes = try clinic.store.segmentationSummaries().map(\.volumeMm3)
        #expect(volumes.count == 2 && Set(volumes).count == 1)
        #expect(try Worker(clinic.surveillance).run() == 0)
    }

    @Test("the side named is remembered; a known scan is queued again only when asked")
    func options() throws {
        let scan = try clinic.scan("b.nii.gz", left: 3, right: 4)
        let first = try clinic.register(
            scan, "P", "2020-03-01",
            change: {
                $0.isQueued = true
                $0.side = .left
            })
        try Worker(clinic.surveillance).run()
        let segmentation = try #require(try clinic.store.currentSegmentation(ofScan: first.scan))
        #expect(try clinic.store.volumes(ofSegmentation: segmentation.id).map(\.side) == ["left"])
        let known = try clinic.register(scan, "P", "2020-03-01", change: { $0.isQueued = true })
        #expect(known.isRepeat && known.job == nil)
        let again = try clinic.register(
            scan, "P", "2020-03-01",
            change: {
                $0.isQueued = true
                $0.isAgain = true
            })
        #expect(again.job != nil && again.notes.first?.contains("segments it") == true)
        #expect(try Worker(clinic.surveillance).run() == 1)
        #expect(try clinic.store.segmentationSummaries().count == 2)
    }

    @Test("stopped, a worker gives its job back and stores nothing")
    func stopped() throws {
        try queue("a.nii.gz", "P")
        let outcome = try Worker(clinic.surveillance).workOnce(isStopped: { true })
        #expect(outcome?.outcome == .stopped)
        #expect(try clinic.store.jobs().map(\.state) == [.waiting])
        #expect(try clinic.store.segmentationSummaries().isEmpty)
    }

    @Test("a job whose voxels are lost is tried again later, with the reason")
    func failed() throws {
        let done = try queue("a.nii.gz", "P")
        clinic.store.images.remove(try clinic.store.scan(done.scan).record.contentHash)
        let outcome = try #require(try Worker(clinic.surveillance).workOnce())
        guard case .failed(let message) = outcome.outcome else {
            Issue.record("\(outcome)")
            return
        }
        let job = try clinic.store.job(outcome.job.id)
        #expect(job.state == .waiting && job.message == message && job.notBefore > job.createdAt)
        #expect(try Worker(clinic.surveillance).workOnce() == nil)
    }

    @Test("a worker's name tells whether its process runs")
    func names() throws {
        #expect(!WorkerName.isGone(WorkerName().text))
        var parts = WorkerName().text.split(separator: ":").map(String.init)
        parts[3] = "1"
        #expect(WorkerName.isGone(parts.joined(separator: ":")))
        parts[0] = "elsewhere"
        #expect(!WorkerName.isGone(parts.joined(separator: ":")))
        #expect(!WorkerName.isGone("w1"))
    }

    @Test("a campaign beyond its limits waits for a person, with the reasons")
    func drift() throws {
        for (year, half) in [(2020, 4.0), (2021, 4.8)] {
            try clinic.register(
                clinic.scan("e\(year).nii.gz", left: half), "P", "\(year)-03-01")
        }
        // So careful a model that it finds nothing.
        var blind = brightnessModel(slope: 8, offset: 60)
        blind.description.version = "2"
        let (model, _) = try clinic.surveillance.installModel(
            blind.encoded(), subject: "blind", activating: true)
        let begun = try #require(try clinic.store.openCampaign())
        for missing in [2, 1] {
            // Half a series is not judged beside a whole one.
            let report = try clinic.surveillance.driftReport(of: begun)
            #expect(report.missing == missing && report.tumours == 0 && report.changes.isEmpty)
            _ = try Worker(clinic.surveillance).workOnce()
        }
        _ = try Worker(clinic.surveillance).run()
        let campaign = try #require(try clinic.store.openCampaign())
        #expect(campaign.state == .complete && campaign.message.contains("lost measurements"))
        #expect(try clinic.store.activeModel()?.id != model.id)
        let report = try clinic.surveillance.driftReport(of: campaign)
        #expect(report.lost.count == 2 && report.pairs.isEmpty && report.missing == 0)
        #expect(report.changes.count == 1 && report.changes.first?.newClass == nil)
        try clinic.store.promote(campaign, rule: clinic.surveillance.rule)
        #expect(try clinic.store.activeModel()?.id == model.id)
        #expect(try clinic.surveillance.growth(of: "P").tumours.isEmpty)
        try clinic.store.rollBack(campaign, rule: clinic.surveillance.rule)
        #expect(try clinic.surveillance.growth(of: "P").tumours.count == 1)
    }

    @Test("a task that is cancelled ends the service's thread, and holds no job")
    func cancelled() async throws {
        let surveillance = clinic.surveillance
        try clinic.register(clinic.scan("s.nii", left: 4), "P", "2020-01-01") { $0.isQueued = true }
        let task = Task {
            await WorkService.run(
                { WorkService(Worker(surveillance), Scheduler(surveillance)) },
                today: { ExamDate(dayNumber: 20_000) })
        }
        task.cancel()
        await task.value
        // Whether it had begun by then is chance; that it gives back what it took is not.
        let states = try clinic.store.jobs(includesAll: true).map(\.state)
        #expect(states == [.waiting] || states == [.done])
    }
}
