import Foundation
import GRDB
import Testing
import VSGrowth
import VSStore

/// Scans whose series came again with more images.
struct SupersessionTests {
    private let temporary: TemporaryStore
    private let model: ModelRecord
    private var store: Store { temporary.store }

    init() throws {
        temporary = try TemporaryStore()
        model = try temporary.store.install("a")
    }

    /// Registers a scan of the series 1.2.3 with so many images, by the model or to be segmented.
    private func register(
        _ images: Int, on date: ExamDate = day(0), mm3: Double?, isT2: Bool = true
    ) throws -> RecordedScan {
        let volume = sampleVolume(images)
        try store.images.insert(volume)
        var entry = scanEntry("p1", on: date, volume, isT2: isT2)
        entry.series = SeriesRecord(
            studyUid: "1.2", seriesUid: "1.2.3",
            instances: (0..<images).map { .init(uid: "1.2.3.\($0)", frame: 0) })
        return try store.recordRegistration(
            entry,
            segmentation: mm3.map {
                segmentationEntry(model, [tumourEntry("left", mm3: $0, in: volume)])
            }, rule: GrowthRule())
    }

    @Test("the scan with fewer images counts nowhere, and stays readable")
    func counts() throws {
        let part = try register(3, mm3: 500)
        try store.recordOutlines(
            OutlineEntry(
                reader: "r", sourceName: "m.nii",
                tumours: [tumourEntry("left", mm3: 800, in: sampleVolume(3))]), scan: part.scan,
            rule: GrowthRule())
        let whole = try register(5, mm3: 900)
        #expect(whole.superseded == [part.scan])
        #expect(try store.exams(ofPatient: "p1").map(\.volumeMm3) == [900])
        #expect(try store.flagged().isEmpty && store.openFindings().isEmpty)
        #expect(try store.yearAudits().map(\.exams) == [1])
        #expect(try store.yearAudits().map(\.outlined) == [0])
        #expect(try store.manualVolumes(ofScan: part.scan).count == 1)
        #expect(try store.scanSummaries().count == 2)
        let lines = try connection(to: store).read {
            try String.fetchAll(
                $0, sql: "SELECT subject FROM audit WHERE action = 'supersede scan'")
        }
        #expect(lines == ["scan \(part.scan)"])
        // A fuller one still takes the place of what counts then.
        #expect(try register(7, mm3: 950).superseded == [whole.scan])
        #expect(try store.exams(ofPatient: "p1").map(\.volumeMm3) == [950])
    }

    @Test("its waiting job ends and its results are not sent, but remembered")
    func openWork() throws {
        let archive = try store.archive("http://a")
        let part = try register(3, mm3: nil)
        #expect(part.job != nil)
        try store.addObjects(
            [(.seg, "2.1", Data([1])), (.sr, "2.2", Data([2]))], ofScan: part.scan,
            archive: archive.id)
        let first = try #require(try store.objectToSend(toArchive: archive.id))
        try store.recordSent(first, to: archive)
        let whole = try register(5, mm3: nil)
        #expect(whole.superseded == [part.scan])
        #expect(try store.objectToSend(toArchive: archive.id) == nil)
        let kept = try allRows(of: store.location.database)["archiveObject"]
        #expect(kept?.count == 2)
        #expect(try store.jobs().map(\.scanId) == [whole.scan])
        #expect(try store.enqueueUnsegmented(JobRequest()) == 0)
    }

    /// Registers a scan with so many images, as what a study of an archive holds.
    private func follow(_ images: Int, in archive: ArchiveRecord) throws -> Int64 {
        let scan = try register(images, mm3: 900).scan
        try store.recordStudy(
            ArchiveStudyRecord(
                studyUid: "1.2", content: String(repeating: "\(images % 10)", count: 64),
                state: .registered, scanId: scan), ofArchive: archive.id)
        return scan
    }

    /// Notes a segmentation and a report of a scan, and the first `sent` of them as sent.
    private func give(_ scan: Int64, _ archive: ArchiveRecord, sent: Int = 2) throws {
        try store.addObjects(
            [(.seg, "2.\(scan).1", Data([1])), (.sr, "2.\(scan).2", Data([2]))], ofScan: scan,
            archive: archive.id)
        for _ in 0..<sent {
            let object = try #require(try store.objectToSend(toArchive: archive.id))
            try store.recordSent(object, to: archive)
        }
    }

    /// What is to be taken back, one after the other.
    private func takenBack(_ archive: ArchiveRecord) throws -> [String] {
        var uids: [String] = []
        while let object = try store.objectToTakeBack(fromArchive: archive.id) {
            uids.append(object.instanceUid)
            try store.recordTakenBack(object, from: archive, .done)
        }
        return uids
    }

    @Test("results of the incomplete series are taken back once those of the complete one are sent")
    func takingBack() throws {
        let archive = try store.archive("http://a")
        let other = try store.archive("http://b")
        let part = try follow(3, in: archive)
        // Stopped between sending the report and noting it.
        try give(part, archive, sent: 1)
        try give(part, other)
        #expect(try store.objectToTakeBack(fromArchive: archive.id) == nil)
        let whole = try follow(5, in: archive)
        #expect(try store.objectToTakeBack(fromArchive: archive.id) == nil)
        try give(whole, archive, sent: 1)
        #expect(try store.objectToTakeBack(fromArchive: archive.id) == nil)
        let object = try #require(try store.objectToSend(toArchive: archive.id))
        try store.recordSent(object, to: archive)
        #expect(try takenBack(archive) == ["2.\(part).1", "2.\(part).2"])
        #expect(try takenBack(archive).isEmpty)
        // The other archive did not get those of the complete one, and so keeps what it has.
        #expect(try takenBack(other).isEmpty)
        #expect(try !store.scansWithoutObjects(ofArchive: archive.id).contains(part))
        let lines = try connection(to: store).read {
            try String.fetchAll(
                $0, sql: "SELECT detail FROM audit WHERE action = 'take back seg'")
        }
        #expect(lines == ["in http://a, instance 2.\(part).1"])
    }

    @Test("a complete scan without results takes those of the incomplete one back, too")
    func nothingInPlace() throws {
        let archive = try store.archive("http://a")
        let part = try follow(3, in: archive)
        try give(part, archive)
        let whole = try follow(5, in: archive)
        #expect(try takenBack(archive).isEmpty)
        try store.setNoResult(ofScan: whole, archive: archive.id, message: "No tumour.")
        #expect(try takenBack(archive) == ["2.\(part).1", "2.\(part).2"])
    }

    @Test("where a series grows twice, the results that are sent last stay")
    func twice() throws {
        let archive = try store.archive("http://a")
        let first = try follow(3, in: archive)
        try give(first, archive)
        let second = try follow(5, in: archive)
        let third = try follow(7, in: archive)
        #expect(try takenBack(archive).isEmpty)
        try give(third, archive)
        #expect(try takenBack(archive) == ["2.\(first).1", "2.\(first).2"])
        #expect(try store.successor(ofScan: second) == third)
    }

    @Test("other images of the series, and those of another patient, stand beside each other")
    func others() throws {
        let whole = try register(5, mm3: 900)
        #expect(try register(3, mm3: 500, isT2: false).superseded.isEmpty)
        let series = SeriesRecord(
            studyUid: "1.2", seriesUid: "1.2.3", instances: [.init(uid: "1.2.3.1", frame: 0)])
        #expect(try store.fullerScan(than: series, patient: "p1", isT2: true) == whole.scan)
        #expect(try store.fullerScan(than: series, patient: "p2", isT2: true) == nil)
        let odd = SeriesRecord(
            studyUid: "1.2", seriesUid: "1.2.3", instances: [.init(uid: "1.2.9", frame: 0)])
        #expect(try store.fullerScan(than: odd, patient: "p1", isT2: true) == nil)
    }
}
