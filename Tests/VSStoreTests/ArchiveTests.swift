import Foundation
import GRDB
import Testing
import VSGrowth
import VSStore

struct ArchiveTests {
    private let temporary: TemporaryStore
    private let archive: ArchiveRecord
    private var store: Store { temporary.store }

    init() throws {
        temporary = try TemporaryStore()
        archive = try temporary.store.archive("http://127.0.0.1:8042")
    }

    private func study(
        _ uid: String, _ state: ArchiveStudyRecord.State = .registered, scan: Int64? = nil
    ) -> ArchiveStudyRecord {
        ArchiveStudyRecord(
            studyUid: uid, content: String(repeating: "a", count: 64), state: state, scanId: scan)
    }

    @Test("an archive is known by its address and keeps its position")
    func position() throws {
        try store.setPosition(7, ofArchive: archive.id)
        let same = try Store(temporary.folder.location).archive(archive.url)
        #expect(same.id == archive.id && same.position == 7)
        #expect(try store.archive("http://other").position == 0)
    }

    @Test("of a study the last word counts, in each archive by itself")
    func studies() throws {
        #expect(try store.study("1.2", ofArchive: archive.id) == nil)
        try store.recordStudy(study("1.2", .refused), ofArchive: archive.id)
        try store.recordStudy(study("1.2", .skipped), ofArchive: archive.id)
        #expect(try store.study("1.2", ofArchive: archive.id) == study("1.2", .skipped))
        let other = try store.archive("http://other")
        #expect(try store.study("1.2", ofArchive: other.id) == nil)
    }

    @Test("a study that was passed over counts as registered once a scan of it is")
    func byHand() throws {
        func register(_ seed: Int, isT2: Bool) throws -> Int64 {
            let volume = sampleVolume(seed)
            try store.images.insert(volume)
            var entry = scanEntry("p1", on: day(0), volume, isT2: isT2)
            entry.series = SeriesRecord(
                studyUid: "1.2", seriesUid: "1.2.\(seed)",
                instances: [.init(uid: "1.2.\(seed).1", frame: 0)])
            return try store.recordRegistration(entry, segmentation: nil, rule: GrowthRule()).scan
        }
        try store.recordStudy(study("1.2", .refused), ofArchive: archive.id)
        let other = try register(1, isT2: false)
        #expect(try store.study("1.2", ofArchive: archive.id)?.state == .refused)
        // Corrected, it is the study's T2 scan.
        try store.setSequence("T2", ofScan: other)
        #expect(try store.study("1.2", ofArchive: archive.id)?.scanId == other)
        #expect(try store.study("1.2", ofArchive: archive.id)?.state == .registered)
        // One that is passed over when a scan of it is there already.
        let seen = try store.recordStudy(study("1.2", .refused), ofArchive: archive.id)
        #expect(seen.state == .registered && seen.scanId == other)
        #expect(
            try store.recordStudy(study("1.3", .skipped), ofArchive: archive.id).state == .skipped)
    }

    @Test("results are wanted of a scan with a segmentation that counts, once")
    func wanted() throws {
        let model = try store.install("a")
        try store.register("p1", on: day(0), seed: 1, by: model, tumours: [("left", 900)])
        try store.register("p2", on: day(0), seed: 2)
        try store.recordStudy(study("1.1", scan: 1), ofArchive: archive.id)
        try store.recordStudy(study("1.2", scan: 2), ofArchive: archive.id)
        #expect(try store.scansWithoutObjects(ofArchive: archive.id) == [1])
        try store.addObjects(
            [(.seg, "2.1", Data([1])), (.sr, "2.2", Data([2]))], ofScan: 1, archive: archive.id)
        #expect(try store.scansWithoutObjects(ofArchive: archive.id).isEmpty)
        // Another program was slower: what is there stays.
        try store.addObjects([(.seg, "2.9", Data([9]))], ofScan: 1, archive: archive.id)
        let first = try #require(try store.objectToSend(toArchive: archive.id))
        #expect(first.kind == .seg && first.instanceUid == "2.1" && first.content == Data([1]))
    }

    @Test("a result is to be sent, the same bytes again, until it is noted as sent")
    func sending() throws {
        let model = try store.install("a")
        try store.register("p1", on: day(0), seed: 1, by: model, tumours: [("left", 900)])
        try store.recordStudy(study("1.1", scan: 1), ofArchive: archive.id)
        try store.addObjects(
            [(.seg, "2.1", Data([1])), (.sr, "2.2", Data([2]))], ofScan: 1, archive: archive.id)
        let first = try #require(try store.objectToSend(toArchive: archive.id))
        let second = try #require(try store.objectToSend(toArchive: archive.id, after: first.id))
        #expect(second.kind == .sr)
        #expect(try store.objectToSend(toArchive: archive.id, after: second.id) == nil)
        try store.recordSent(first, to: archive)
        try store.recordSent(first, to: archive)
        #expect(try store.objectToSend(toArchive: archive.id) == second)
        let lines = try connection(to: store).read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM audit WHERE action = 'send seg'")
        }
        #expect(lines == 1)
    }

    @Test("a scan without a tumour gives no result, and is not asked again")
    func noResult() throws {
        let model = try store.install("a")
        try store.register("p1", on: day(0), seed: 1, by: model)
        try store.recordStudy(study("1.1", scan: 1), ofArchive: archive.id)
        try store.setNoResult(ofScan: 1, archive: archive.id, message: "No tumour.")
        #expect(try store.scansWithoutObjects(ofArchive: archive.id).isEmpty)
        #expect(try store.study("1.1", ofArchive: archive.id)?.state == .noResult)
    }

    @Test(
        "what an idle follower asks every few seconds walks through no whole table",
        arguments: [
            Store.scansWithoutObjectsSQL, Store.objectToSendSQL, Store.scanByHandSQL,
            Store.adoptSQL,
        ])
    func plan(sql: String) throws {
        let plan = try plan(of: sql)
        #expect(!plan.isEmpty)
        #expect(!plan.contains { $0.hasPrefix("SCAN") }, "\(plan)")
    }

    @Test("what is to be taken back is found from the few scans that count no more")
    func planOfTakingBack() throws {
        let plan = try plan(of: Store.objectToTakeBackSQL)
        #expect(plan.contains { $0.hasPrefix("SEARCH object USING INDEX") }, "\(plan)")
        let walked = plan.filter { $0.hasPrefix("SCAN") }
        #expect(
            walked.allSatisfy { $0.hasPrefix("SCAN supersession") || $0.hasPrefix("SCAN later") },
            "\(plan)")
    }

    private func plan(of sql: String) throws -> [String] {
        try connection(to: store).read { db in
            let statement = try db.makeStatement(sql: "EXPLAIN QUERY PLAN " + sql)
            statement.setUncheckedArguments([])
            return try Row.fetchAll(statement).map { $0["detail"] as String }
        }
    }
}
