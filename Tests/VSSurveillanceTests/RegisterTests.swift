import Foundation
import Testing
import VSGrowth
import VSSegmentation
import VSStore
import VSSurveillance
import VSTestSupport

struct RegisterTests {
    @Test("a scan brings patient, segmentation, volume and class at once")
    func first() throws {
        let clinic = try Clinic()
        let done = try clinic.register(clinic.scan("a.nii.gz", left: 4), "P", "2020-03-01")
        #expect(done.isNewPatient && done.isSegmented && !done.isRepeat)
        let tumour = try #require(done.tumours.first)
        #expect(done.tumours.count == 1 && tumour.side == .left)
        #expect(tumour.assessment?.growthClass == .baseline)
        let stored = try #require(try clinic.store.segmentationSummaries(patient: "P").first)
        #expect(stored.volumeMm3 == tumour.volume.volumeMm3)
        #expect(try clinic.store.patientSummaries().first?.growthClass == "baseline")
        #expect(
            done.stages.map(\.name)
                == [
                    "read", "hash", "prepare", "network", "measure", "store voxels", "store rows",
                ])
    }

    @Test("the same scan again changes nothing, also under another date")
    func again() throws {
        let clinic = try Clinic()
        let scan = try clinic.scan("a.nii.gz", left: 4)
        try clinic.register(scan, "P", "2020-03-01")
        let before = try clinic.contents()
        let repeated = try clinic.register(scan, "P", "2021-03-01")
        #expect(repeated.isRepeat && !repeated.isSegmented)
        #expect(repeated.notes.contains { $0.contains("2020-03-01") })
        #expect(try clinic.contents() == before)
    }

    @Test("voxels that were lost come back with the same scan")
    func restored() throws {
        let clinic = try Clinic()
        let scan = try clinic.scan("a.nii.gz", left: 4)
        let done = try clinic.register(scan, "P", "2020-03-01")
        let hash = try clinic.store.scan(done.scan).record.contentHash
        clinic.store.images.remove(hash)
        let repeated = try clinic.register(scan, "P", "2020-03-01")
        #expect(repeated.notes.contains { $0.contains("stored again") })
        #expect(clinic.store.images.contains(hash))
    }

    @Test("segmented again on request, beside the earlier result")
    func forced() throws {
        let clinic = try Clinic()
        let scan = try clinic.scan("a.nii.gz", left: 4)
        try clinic.register(scan, "P", "2020-03-01")
        let again = try clinic.register(scan, "P", "2020-03-01", change: { $0.isAgain = true })
        #expect(again.isSegmented)
        #expect(try clinic.store.segmentationSummaries().count == 2)
        #expect(try clinic.surveillance.growth(of: "P").exams.count == 1)
    }

    @Test("the same image under another patient is named")
    func otherPatient() throws {
        let clinic = try Clinic()
        let scan = try clinic.scan("a.nii.gz", left: 4)
        try clinic.register(scan, "P", "2020-03-01")
        let other = try clinic.register(scan, "Q", "2020-03-01")
        #expect(other.notes.contains { $0.contains("patient P") && $0.contains("mistake") })
    }

    @Test("what is not T2 is stored and not segmented")
    func otherSequence() throws {
        let clinic = try Clinic()
        let done = try clinic.register(
            clinic.scan("a.nii.gz", left: 4), "P", "2020-03-01",
            change: { $0.sequence = "T1 with contrast" })
        #expect(!done.isSegmented && done.tumours.isEmpty && done.highestProbability == nil)
        #expect(try clinic.store.scanSummaries().count == 1)
        #expect(try clinic.store.segmentationSummaries().isEmpty)
        #expect(throws: StoreError.self) { try clinic.register("x.nii", "", "2020-03-01") }
    }

    @Test("no tumour found is a finding, and no point of the curve")
    func noTumour() throws {
        let clinic = try Clinic()
        try clinic.register(clinic.scan("a.nii.gz", left: 4), "P", "2020-03-01")
        let empty = try clinic.register(clinic.scan("b.nii.gz"), "P", "2021-03-01")
        #expect(empty.isSegmented && empty.tumours.isEmpty)
        #expect(empty.notes.contains { $0.contains("No tumour was found") })
        let growth = try clinic.surveillance.growth(of: "P")
        #expect(growth.exams.count == 2)
        #expect(growth.tumours.first?.curve.measurements.count == 1)
        #expect(growth.tumours.first?.assessment?.growthClass == .baseline)
    }

    @Test("a cancelled run stores nothing")
    func cancelled() throws {
        let clinic = try Clinic()
        try clinic.register(clinic.scan("a.nii.gz", left: 4), "P", "2020-03-01")
        let before = try clinic.contents()
        #expect {
            try clinic.register(
                clinic.scan("b.nii.gz", left: 5), "P", "2021-03-01", isCancelled: { true })
        } throws: {
            ($0 as? SegmentationError)?.code == .cancelled
        }
        #expect(try clinic.contents() == before)
    }

    @Test("an unknown patient where strict, a day to come, and no model are refused")
    func refused() throws {
        let clinic = try Clinic()
        let scan = try clinic.scan("a.nii.gz", left: 4)
        func code(_ change: (inout ScanRequest) -> Void, date: String = "2020-03-01") -> String? {
            do {
                try clinic.register(scan, "P", date, change: change)
                return nil
            } catch let error as StoreError {
                return error.code.rawValue
            } catch {
                return "\(error)"
            }
        }
        #expect(code { $0.isStrict = true } == "unknown")
        #expect(code({ _ in }, date: "2026-01-01") == "invalid")
        #expect(try clinic.contents().isEmpty)
        let bare = try Clinic(installing: false)
        #expect(throws: StoreError.self) {
            try bare.register(bare.scan("a.nii.gz", left: 4), "P", "2020-03-01")
        }
        #expect(try bare.contents().isEmpty)
    }

    @Test("a model whose file was changed is refused, and nothing is stored")
    func changedModel() throws {
        let clinic = try Clinic()
        let model = try #require(try clinic.store.activeModel())
        var data = try Data(contentsOf: URL(fileURLWithPath: model.path))
        data[data.count - 1] ^= 1
        try data.write(to: URL(fileURLWithPath: model.path))
        #expect {
            try clinic.register(clinic.scan("a.nii.gz", left: 4), "P", "2020-03-01")
        } throws: {
            ($0 as? StoreError)?.code == .corrupt
        }
        #expect(try clinic.contents().isEmpty)
    }

    @Test("a box keeps the search where it is")
    func box() throws {
        let clinic = try Clinic()
        let scan = try clinic.scan("a.nii.gz", left: 4, right: 3)
        let done = try clinic.register(
            scan, "P", "2020-03-01",
            change: { $0.box = SearchBox(centre: [-22, 4, 12], sizeMm: [30, 30, 30]) })
        #expect(done.tumours.map(\.side) == [.right])
    }
}
