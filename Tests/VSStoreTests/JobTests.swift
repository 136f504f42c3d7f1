import Foundation
import GRDB
import Testing
import VSGrowth
import VSStore
import VSTestSupport

/// The queue: who may take what, and what becomes of it.
struct JobTests {
    private let temporary: TemporaryStore
    private let model: ModelRecord
    private let scan: Int64
    private let start = Date(timeIntervalSince1970: 1_900_000_000)
    private var store: Store { temporary.store }

    /// A store with one T2 scan that waits for a worker.
    init() throws {
        temporary = try TemporaryStore(busySeconds: 5)
        model = try temporary.store.install("a")
        scan = try Self.queue(temporary.store, "p1", seed: 1)
    }

    @discardableResult
    private static func queue(_ store: Store, _ patient: String, seed: Int) throws -> Int64 {
        let volume = sampleVolume(seed)
        try store.images.insert(volume)
        let recorded = try store.recordRegistration(
            scanEntry(patient, on: day(seed), volume), segmentation: nil, rule: GrowthRule(),
            job: JobRequest(cause: "test", request: #"{"side":"left"}"#))
        #expect(recorded.job != nil)
        return recorded.scan
    }

    private func claim(
        _ worker: String, after seconds: Double = 0, attempts: Int = 5, gone: [String] = []
    ) throws -> JobRecord? {
        try store.claimJob(
            worker: worker, now: start.addingTimeInterval(seconds), minuteOfDay: 0,
            policy: JobPolicy(attempts: attempts), isGone: { gone.contains($0) })
    }

    private var result: SegmentationEntry {
        segmentationEntry(model, [tumourEntry("left", mm3: 900, in: sampleVolume(1))])
    }

    @Test("a job is taken once, with what was asked, and its result ends it")
    func once() throws {
        let job = try #require(try claim("w1"))
        #expect(job.scanId == scan && job.modelId == model.id && job.attempts == 1)
        #expect(job.state == .running && job.cause == "test" && job.request.contains("left"))
        #expect(try claim("w2") == nil)
        let made = try store.finishJob(job, worker: "w1", result, rule: GrowthRule())
        let done = try store.job(job.id)
        #expect(done.state == .done && done.segmentationId == made && done.worker == nil)
        #expect(try store.currentSegmentation(ofScan: scan)?.id == made)
        #expect(try store.patientSummaries().first?.growthClass != nil)
        #expect(try store.jobs().isEmpty && store.jobs(includesAll: true).count == 1)
    }

    @Test("of many that ask at once each job goes to one")
    func race() async throws {
        for seed in 2...20 { try Self.queue(store, "p\(seed)", seed: seed) }
        let (store, start) = (store, start)
        let taken = try await withThrowingTaskGroup(of: [Int64].self) { group in
            for worker in 0..<4 {
                group.addTask {
                    var mine: [Int64] = []
                    while let job = try store.claimJob(
                        worker: "w\(worker)", now: start, minuteOfDay: 0)
                    {
                        mine.append(job.id)
                    }
                    return mine
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(taken.count == 20 && Set(taken).count == 20)
    }

    @Test("a silent worker loses its job, and what it says later is not stored")
    func lease() throws {
        let job = try #require(try claim("w1"))
        #expect(try claim("w2", after: 59) == nil)
        #expect(
            try store.heartbeat(
                job: job.id, worker: "w1", progress: 0.5, now: start.addingTimeInterval(50))
                == .goOn)
        #expect(try store.job(job.id).progress == 0.5)
        #expect(try claim("w2", after: 100) == nil)
        let again = try #require(try claim("w2", after: 111))
        #expect(again.id == job.id && again.attempts == 2 && again.progress == 0)
        #expect(try store.heartbeat(job: job.id, worker: "w1", progress: 0.6) == .lost)
        #expect(try store.finishJob(job, worker: "w1", result, rule: GrowthRule()) == nil)
        #expect(try store.segmentationSummaries().isEmpty)
        #expect(try store.finishJob(again, worker: "w2", result, rule: GrowthRule()) != nil)
        #expect(try store.segmentationSummaries().count == 1)
    }

    @Test("the job of a worker that is seen to be gone is taken at once")
    func gone() throws {
        let job = try #require(try claim("w1"))
        #expect(try claim("w2", after: 1) == nil)
        #expect(try claim("w2", after: 1, gone: ["w1"])?.id == job.id)
    }

    @Test("a failed job waits longer each time, and is parked with its reason after the last")
    func backOff() throws {
        var moment = 0.0
        for attempt in 1...3 {
            let job = try #require(try claim("w", after: moment, attempts: 3))
            #expect(job.attempts == attempt)
            try store.failJob(
                job, worker: "w", "The disk burns.", isFinal: false,
                now: start.addingTimeInterval(moment), policy: JobPolicy(attempts: 3))
            let delay = JobPolicy().delaySeconds(after: attempt)
            #expect(delay == [15, 60, 240][attempt - 1])
            #expect(try claim("w", after: moment + delay - 1, attempts: 3) == nil)
            moment += delay
        }
        let parked = try #require(try store.jobs(state: .parked).first)
        #expect(parked.message == "Parked after 3 attempts. The disk burns.")
        #expect(try claim("w", after: 1e6, attempts: 3) == nil)
        #expect(try store.retryJob(parked.id).attempts == 0)
        // The retry's own time is the machine's.
        #expect(
            try store.claimJob(worker: "w", now: .distantFuture, minuteOfDay: 0)?.id == parked.id)
    }

    @Test("what cannot succeed is parked at once")
    func final() throws {
        let job = try #require(try claim("w"))
        try store.failJob(job, worker: "w", "No head.", isFinal: true)
        let parked = try store.job(job.id)
        #expect(parked.state == .parked && parked.message == "No head." && parked.attempts == 1)
    }

    @Test("a job that kills its workers is parked and not tried for ever")
    func poison() throws {
        for attempt in 1...5 {
            #expect(try claim("w\(attempt)", after: Double(attempt) * 100) != nil)
        }
        #expect(try claim("w6", after: 1000) == nil)
        let parked = try #require(try store.jobs(state: .parked).first)
        #expect(parked.message.contains("5 attempts") && parked.message.contains("silent"))
    }

    @Test(
        "a job that waits is cancelled at once, one that runs by its worker; a stop gives it back")
    func cancel() throws {
        let job = try #require(try claim("w"))
        #expect(try store.cancelJob(job.id).state == .running)
        #expect(try store.heartbeat(job: job.id, worker: "w", progress: 0) == .cancel)
        try store.giveBackJob(job, worker: "w")
        #expect(try store.job(job.id).state == .cancelled)
        #expect(throws: StoreError.self) { try store.cancelJob(job.id) }
        #expect(throws: StoreError.self) { try store.cancelJob(99) }
        try store.retryJob(job.id)
        let second = try #require(
            try store.claimJob(worker: "w", now: .distantFuture, minuteOfDay: 0))
        try store.giveBackJob(second, worker: "w")
        let waiting = try store.job(job.id)
        #expect(waiting.state == .waiting && waiting.attempts == 0)
        #expect(try store.cancelJob(job.id).state == .cancelled)
    }

    @Test("a scan waits once; one that was segmented meanwhile is not segmented again unless asked")
    func repeated() throws {
        let job = try #require(try store.jobs().first)
        #expect(try store.enqueue(scan: scan, JobRequest()) == job.id)
        try store.recordSegmentation(result, scan: scan, rule: GrowthRule())
        #expect(try claim("w") == nil)
        #expect(try store.job(job.id).state == .done)
        #expect(try store.segmentationSummaries().count == 1)
        let again = try store.enqueue(scan: scan, JobRequest(cause: JobRecord.again))
        #expect(
            try store.claimJob(worker: "w", now: .distantFuture, minuteOfDay: 0)?.id == again)
    }

    @Test("only T2 scans are queued, and only registered ones")
    func refused() throws {
        let other = try store.register("p9", on: day(9), seed: 9)
        #expect(other.job == nil)
        let before = try allRows(of: store.location.database)
        #expect(throws: StoreError.self) { try store.enqueue(scan: other.scan, JobRequest()) }
        #expect(throws: StoreError.self) { try store.enqueue(scan: 99, JobRequest()) }
        #expect(try allRows(of: store.location.database) == before)
    }

    @Test(
        "the next job and the list are look-ups in an index",
        arguments: [
            (Store.nextSQL, "jobWaiting"), (Store.nextInCampaignSQL, "jobWaiting"),
            (Store.jobsSQL, "jobByState"), (Store.campaignsSQL, "PRIMARY KEY"),
        ])
    func plans(sql: String, index: String) throws {
        let lines = try connection(to: store).read { db in
            let statement = try db.makeStatement(sql: "EXPLAIN QUERY PLAN " + sql)
            statement.setUncheckedArguments([])
            return try Row.fetchAll(statement).map { $0["detail"] as String }
        }
        #expect(lines.first?.contains(index) == true, "\(lines)")
        #expect(!lines.contains { $0.contains("TEMP B-TREE") }, "\(lines)")
    }

    @Test("jobs of the first schema are taken over")
    func upgraded() throws {
        let folder = try TemporaryFolder()
        let old = try Store(folder.location, migrations: Array(Migrations.all.prefix(2)))
        try connection(to: old).write { db in
            try db.execute(
                sql: """
                    INSERT INTO patient VALUES (1, 'p', 0, '');
                    INSERT INTO scan VALUES (1, 1, '2022-01-01', 'T2', 1,
                        '\(String(repeating: "a", count: 64))', x'00', 1, 1, 1, 1, 1, 1, '', '{}', '');
                    INSERT INTO job VALUES (1, 'segment', 1, 'running', 1, '', '2022', '2022'),
                        (2, 'segment', 1, 'failed', 1, 'why', '2022', '2022');
                    """)
        }
        let new = try Store(folder.location)
        #expect(try new.job(1).state == .waiting)
        #expect(try new.job(2).state == .parked && new.job(2).message == "why")
    }
}
