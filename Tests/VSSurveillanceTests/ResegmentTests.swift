import Foundation
import Testing
import VSGrowth
import VSSegmentation
import VSStore
import VSSurveillance

/// A registered scan is segmented again.
struct ResegmentTests {
    private let clinic: Clinic
    private let scan: String
    private let id: Int64

    init() throws {
        clinic = try Clinic()
        scan = try clinic.scan("a.nii.gz", left: 4)
        id = try clinic.register(scan, "P", "2020-03-01").scan
    }

    @Test("the result is stored beside the earlier one, and says the same")
    func beside() throws {
        var fractions: [Double] = []
        let result = try clinic.surveillance.resegment(scan: id, progress: { fractions.append($0) })
        #expect(fractions == fractions.sorted() && fractions.last == 1)
        let rows = try clinic.store.segmentationSummaries()
        #expect(rows.count == 2)
        #expect(Set(rows.map(\.volumeMm3)) == [result.tumours.first?.measurement.volumeMm3])
        #expect(try clinic.store.examine(deep: true) == StoreHealth())
    }

    @Test("cancelled, of an unknown scan, or without voxels it writes no row")
    func refused() throws {
        let before = try clinic.databaseBytes()
        #expect(
            try clinic.code {
                _ = try clinic.surveillance.resegment(scan: id, isCancelled: { true })
            } == "cancelled")
        #expect(
            try clinic.code { _ = try clinic.surveillance.resegment(scan: 99) } == "unknown")
        let hash = try clinic.store.scan(id).record.contentHash
        clinic.store.images.remove(hash)
        #expect(
            try clinic.code { _ = try clinic.surveillance.resegment(scan: id) } == "unreadable")
        #expect(try clinic.databaseBytes() == before)
        try clinic.register(scan, "P", "2020-03-01")
        _ = try clinic.surveillance.resegment(scan: id)
        #expect(try clinic.store.segmentationSummaries().count == 2)
    }

    @Test("a scan that is not T2 needs no model, and no model is run on it")
    func otherSequence() throws {
        let bare = try Clinic(installing: false)
        let t1 = try bare.scan("t1.nii.gz", left: 4)
        let done = try bare.register(t1, "P", "2020-03-01", change: { $0.sequence = "T1" })
        #expect(!done.isSegmented && done.intendedUse == nil)
        #expect(
            try bare.code { _ = try bare.surveillance.resegment(scan: done.scan) } == "unknown")
        let other = try clinic.register(t1, "T", "2020-03-01", change: { $0.sequence = "T1" })
        let before = try clinic.databaseBytes()
        #expect(
            try clinic.code { _ = try clinic.surveillance.resegment(scan: other.scan) }
                == "refused")
        let again = try clinic.register(
            t1, "T", "2020-03-01",
            change: {
                $0.sequence = "T1"
                $0.isAgain = true
            })
        #expect(again.isRepeat && !again.isSegmented)
        #expect(try clinic.databaseBytes() == before)
        let model = try #require(try clinic.store.activeModel())
        #expect(try clinic.store.scansToSegment(by: model).isEmpty)
    }

    @Test("registered with --again a scan keeps its day and sequence, and its lost voxels return")
    func again() throws {
        let hash = try clinic.store.scan(id).record.contentHash
        clinic.store.images.remove(hash)
        let done = try clinic.register(
            scan, "P", "2023-07-01",
            change: {
                $0.isAgain = true
                $0.sequence = "T2 CISS"
            })
        #expect(done.isRepeat && done.isSegmented && done.scan == id)
        #expect(done.date.iso == "2020-03-01")
        #expect(done.notes.contains { $0.contains("earlier segmentations are kept") })
        #expect(done.notes.contains { $0.contains("stored again") })
        #expect(clinic.store.images.contains(hash))
        let record = try clinic.store.scan(id).record
        #expect(record.examDate.iso == "2020-03-01" && record.sequence == "T2")
    }

    @Test("registered with --again and cancelled, it writes no row")
    func againCancelled() throws {
        let before = try clinic.databaseBytes()
        #expect(
            try clinic.code {
                try clinic.register(
                    scan, "P", "2020-03-01", change: { $0.isAgain = true }, isCancelled: { true })
            } == "cancelled")
        #expect(try clinic.databaseBytes() == before)
    }
}
