import Foundation
import Testing
import VSGrowth
import VSStore

/// A new model takes over with complete series, in one step, and can be taken back.
struct CampaignTests {
    private let temporary: TemporaryStore
    private let a: ModelRecord
    private let b: ModelRecord
    private var store: Store { temporary.store }

    /// Three patients of two exams by model a: p1 stable, p2 growing, p3 stable.
    init() throws {
        temporary = try TemporaryStore()
        a = try temporary.store.install("a")
        b = try temporary.store.install("b")
        for (patient, second) in [("p1", 1000.0), ("p2", 2500), ("p3", 1010)].enumerated() {
            for (exam, volume) in [1000, second.1].enumerated() {
                try temporary.store.register(
                    second.0, on: day(exam * 400), seed: patient * 10 + exam, by: a,
                    tumours: [("left", volume)])
            }
        }
    }

    private func claim(_ minuteOfDay: Int = 0, now: Date = Date()) throws -> JobRecord? {
        try store.claimJob(worker: "w", now: now, minuteOfDay: minuteOfDay)
    }

    /// Does a job of the campaign: b finds twice the volume at second exams.
    private func finish(_ job: JobRecord) throws {
        let isSecond = job.examDate == day(400)
        try store.finishJob(
            job, worker: "w",
            segmentationEntry(
                b, [tumourEntry("left", mm3: isSecond ? 2500 : 1000, in: sampleVolume(0))]),
            rule: GrowthRule())
    }

    private func models() throws -> [Set<String>] {
        try ["p1", "p2", "p3"].map { Set(try store.exams(ofPatient: $0).map(\.model)) }
    }

    @Test("until the promotion every patient shows the old series alone, then the new one alone")
    func noMixture() throws {
        let flags = try store.flagged()
        #expect(flags.map(\.identifier) == ["p2"])
        let campaign = try store.startCampaign(b)
        var order: [String] = []
        while let job = try claim() {
            #expect(try models() == [["a 1"], ["a 1"], ["a 1"]])
            #expect(try store.flagged() == flags)
            order.append(job.identifier)
            try finish(job)
        }
        #expect(try models() == [["a 1"], ["a 1"], ["a 1"]])
        #expect(try store.flagged() == flags)
        // The flagged patient first, and each patient's exams together.
        #expect(order == ["p2", "p2", "p1", "p1", "p3", "p3"] || order.prefix(2) == ["p2", "p2"])
        #expect(try store.completeCampaign()?.state == .complete)
        #expect(try store.promote(campaign, rule: GrowthRule()).state == .promoted)
        #expect(try models() == [["b 1"], ["b 1"], ["b 1"]])
        #expect(Set(try store.flagged().map(\.identifier)) == ["p1", "p2", "p3"])
        #expect(throws: StoreError.self) { try store.promote(campaign, rule: GrowthRule()) }

        let back = try store.rollBack(campaign, rule: GrowthRule())
        #expect(back.state == .rolledBack && back.message.isEmpty)
        #expect(try models() == [["a 1"], ["a 1"], ["a 1"]])
        #expect(try store.flagged().map(\.identifier) == ["p2"])
        #expect(try store.segmentationSummaries().count == 12)
        #expect(try store.examine() == StoreHealth())
    }

    @Test("a scan that comes in meanwhile is segmented by both, ahead of the old ones")
    func newScan() throws {
        try store.startCampaign(b)
        let volume = sampleVolume(99)
        try store.images.insert(volume)
        let fresh = try store.recordRegistration(
            scanEntry("p4", on: day(0), volume), segmentation: nil, rule: GrowthRule())
        let first = try #require(try claim())
        #expect(first.scanId == fresh.scan && first.modelId == a.id && first.campaignId == nil)
        let second = try #require(try claim())
        #expect(second.scanId == fresh.scan && second.modelId == b.id)
        #expect(try claim()?.identifier == "p2")
    }

    @Test("a scan that comes in after the campaign was complete has it run again")
    func late() throws {
        let campaign = try store.startCampaign(b)
        while let job = try claim() { try finish(job) }
        #expect(try store.completeCampaign()?.state == .complete)
        try store.register("p5", on: day(3), seed: 77, by: a)
        #expect(try store.openCampaign()?.state == .running)
        #expect(throws: StoreError.self) { try store.promote(campaign, rule: GrowthRule()) }
        try finish(try #require(try claim()))
        #expect(try store.completeCampaign()?.state == .complete)
        #expect(try store.promote(campaign, rule: GrowthRule()).state == .promoted)
    }

    @Test(
        "a scan that was segmented by the old model as the new one took over is queued for the new")
    func raced() throws {
        try store.install("c", activating: false)
        let campaign = try store.startCampaign(b)
        while let job = try claim() { try finish(job) }
        try store.promote(campaign, rule: GrowthRule())
        let recorded = try store.register("p6", on: day(4), seed: 66, by: a)
        #expect(recorded.job != nil)
        #expect(try claim()?.modelId == b.id)
        // Scans that came since are queued for the old model by a rollback, where it lacks them.
        #expect(try store.rollBack(campaign, rule: GrowthRule()).state == .rolledBack)
    }

    @Test("window, start and rate say when its scans may be taken")
    func clock() throws {
        let start = Date(timeIntervalSince1970: 2_000_000_000)
        let campaign = try store.startCampaign(
            b, CampaignPlan(startsAt: start, window: (1320, 360), scansPerHour: 60))
        #expect(try claim(1400, now: start.addingTimeInterval(-1)) == nil)
        for minute in [360, 720, 1319] { #expect(try claim(minute, now: start) == nil) }
        #expect(try claim(1320, now: start) != nil)
        #expect(try claim(0, now: start.addingTimeInterval(59)) == nil)
        #expect(try claim(359, now: start.addingTimeInterval(60)) != nil)
        #expect(try store.progress(of: campaign).segmented == 0)
        #expect(try store.progress(of: campaign).open == 6)
    }

    @Test("scans that cannot be segmented forbid the promotion, unless they are to be left out")
    func leftOut() throws {
        let campaign = try store.startCampaign(b)
        let bad = try #require(try claim())
        try store.failJob(bad, worker: "w", "No head.", isFinal: true)
        while let job = try claim() { try finish(job) }
        let held = try #require(try store.completeCampaign())
        #expect(held.state == .running && held.message.contains("1 scan could not"))
        #expect(throws: StoreError.self) { try store.promote(campaign, rule: GrowthRule()) }
        let done = try store.promote(campaign, leavingOut: true, rule: GrowthRule())
        #expect(done.message == "1 scan left out.")
        #expect(try models() == [["b 1"], ["b 1"], ["b 1"]])
        #expect(try store.exams(ofPatient: "p2").count == 1)
    }

    @Test("given up, it leaves no job and all as it was; another can begin")
    func givenUp() throws {
        let flags = try store.flagged()
        let campaign = try store.startCampaign(b)
        try finish(try #require(try claim()))
        let running = try #require(try claim())
        #expect(throws: StoreError.self) { try store.startCampaign(b) }
        #expect(throws: StoreError.self) { try store.startCampaign(a) }
        #expect(try store.rollBack(campaign, rule: GrowthRule()).state == .cancelled)
        #expect(try store.jobs().isEmpty)
        #expect(try store.heartbeat(job: running.id, worker: "w", progress: 0) == .lost)
        #expect(throws: StoreError.self) { try store.retryJob(running.id) }
        #expect(throws: StoreError.self) { try store.rollBack(campaign, rule: GrowthRule()) }
        #expect(try store.flagged() == flags)
        let second = try store.startCampaign(b)
        #expect(try store.progress(of: second).open == 5)
    }

    @Test("what only a candidate found is no tumour of the patient yet")
    func candidateTumour() throws {
        try store.startCampaign(b)
        let job = try #require(try claim())
        let findings = try store.openFindings(limit: 100)
        try store.finishJob(
            job, worker: "w",
            segmentationEntry(b, [tumourEntry("right", mm3: 500, in: sampleVolume(0))]),
            rule: GrowthRule())
        #expect(try store.tumourSummaries(ofPatient: job.identifier).map(\.side) == ["left"])
        #expect(
            try store.tumourPlaces(ofPatient: job.identifier, around: day(0)).map(\.side)
                == ["left"])
        #expect(try store.openFindings(limit: 100) == findings)
    }

    @Test("the drift of volumes, with what is lost and new")
    func drift() throws {
        let campaign = try store.startCampaign(b)
        let first = try #require(try claim())
        try store.finishJob(
            first, worker: "w",
            segmentationEntry(b, [tumourEntry("right", mm3: 500, in: sampleVolume(0))]),
            rule: GrowthRule())
        let second = try #require(try claim())
        try finish(second)
        let pairs = try store.driftPairs(of: campaign)
        #expect(pairs.map(\.side) == ["left", "right", "left"])
        #expect(pairs.map(\.oldVolumeMm3) == [1000, nil, 2500])
        #expect(pairs.map(\.newVolumeMm3) == [nil, 500, 2500])
    }
}
