import Foundation
import Testing
import VSGrowth
import VSImaging
import VSSegmentation
import VSStore
import VSSurveillance
import VSTestSupport

/// From a study's folder to the database.
struct DICOMRegistrationTests {
    private let clinic: Clinic

    init() throws { clinic = try Clinic() }

    /// Writes the head with a bright cube on the left as a series of DICOM slices.
    @discardableResult private func study(
        _ name: String, series: String = "1.2.3.4", half: Double = 4,
        change: (Int, inout DICOMFile) -> Void = { _, _ in }
    ) throws -> String {
        try writeHeadStudy(
            to: clinic.folder.file(name), series: series, half: half, change: change)
    }

    @discardableResult
    private func register(
        _ path: String, change: (inout StudyRequest) -> Void = { _ in }
    ) throws -> Registration {
        var request = StudyRequest(path: path)
        change(&request)
        return try clinic.surveillance.register(request, today: try day("2025-12-31"))
    }

    @Test("patient, day, sequence and scanner come from the tags, and the tumour is found")
    func tags() throws {
        let done = try register(study("s"))
        #expect(done.patient == "P1" && done.date.iso == "2020-01-03" && done.isSegmented)
        #expect(done.tumours.map(\.side) == [.left])
        let scan = try clinic.store.scan(done.scan).record
        #expect(scan.sequence == "T2 CISS")
        let series = try #require(try clinic.store.series(ofScan: done.scan))
        #expect(series.seriesUid == "1.2.3.4" && series.studyUid == "1.2.3")
        #expect(series.fieldStrengthT == 1.5 && series.echoTimeMs == 4.4)
        #expect(series.dateSource == "acquisition" && !series.isPseudonymised)
        #expect(series.instances.map(\.uid) == (1...16).map { "1.2.3.4.\($0)" })
    }

    @Test("the volume is that of the same image as NIfTI")
    func likeNIfTI() throws {
        let dicom = try register(study("s"))
        let image = try ScanInput.read(clinic.folder.file("s")).image
        try NIfTIWriter.write(image.volume, to: clinic.folder.file("n.nii.gz"))
        let nifti = try clinic.register(clinic.folder.file("n.nii.gz"), "Q", "2020-01-03")
        let here = try #require(dicom.tumours.first).volume.volumeMm3
        let there = try #require(nifti.tumours.first).volume.volumeMm3
        #expect(abs(here / there - 1) < 1e-6)
    }

    @Test("what is typed counts before the tags, and the difference is told")
    func typed() throws {
        let date = try day("2021-05-05")
        let done = try register(study("s")) { ($0.patient, $0.date) = ("Q", date) }
        #expect(done.patient == "Q" && done.date.iso == "2021-05-05")
        #expect(done.notes.contains { $0.contains("2020-01-03") })
        #expect(done.notes.contains { $0.contains("PatientID in the files is another") })
        #expect(!done.notes.contains { $0.contains("P1") })
        let bare = try study("bare") { $1[0x0010_0020] = nil }
        #expect {
            try register(bare)
        } throws: {
            "\($0)".contains("--patient")
        }
    }

    @Test("the same series again is a no-op; the same pixels under another UID are reported")
    func repeated() throws {
        try register(study("s"))
        let before = try clinic.contents()
        let again = try register(study("s"))
        #expect(
            again.isRepeat && !again.notes.contains { $0.contains("another SeriesInstanceUID") })
        let copy = try register(study("copy", series: "1.2.3.5"))
        #expect(copy.isRepeat && copy.notes.contains { $0.contains("another SeriesInstanceUID") })
        #expect(try clinic.contents() == before)
        let changed = try register(study("changed", half: 5))
        #expect(!changed.isRepeat)
        #expect(changed.notes.contains { $0.contains("registered as scan 1 with other voxels") })
    }

    @Test("what the study is filed by is kept, but no name; of a pseudonymised one the day alone")
    func filing() throws {
        func name(_ file: inout DICOMFile) {
            file[0x0008_0030] = .text("TM", "101530")
            file[0x0008_0050] = .text("SH", "ACC7")
            file[0x0010_0010] = .text("PN", "Doe^Jane")
            file[0x0020_0010] = .text("SH", "S1")
        }
        let plain = try register(study("s") { name(&$1) })
        let kept = try #require(try clinic.store.series(ofScan: plain.scan))
        #expect(kept.studyDate == "20200102" && kept.studyTime == "101530")
        #expect(kept.accessionNumber == "ACC7" && kept.studyId == "S1")
        #expect(kept.sourcePatientId == nil)
        let other = try register(clinic.folder.file("s")) { $0.patient = "Q" }
        #expect(try clinic.store.series(ofScan: other.scan)?.sourcePatientId == "P1")
        let bare = try study("bare", series: "1.2.3.6") { $1[0x0010_0020] = nil }
        let unnamed = try register(bare) { $0.patient = "R" }
        #expect(try clinic.store.series(ofScan: unnamed.scan)?.sourcePatientId == "")
        let pseudonymiser = try Pseudonymiser(
            keyFile: clinic.folder.file("keys/key"), outside: clinic.store.location)
        let hidden = try register(clinic.folder.file("s")) {
            ($0.patient, $0.pseudonymiser) = ("S", pseudonymiser)
        }
        let row = try #require(try clinic.store.series(ofScan: hidden.scan))
        #expect(row.studyDate == "20200102" && row.studyTime == nil && row.studyId == nil)
        #expect(row.accessionNumber == nil && row.sourcePatientId == nil)
    }

    @Test("a series that was registered as another contrast becomes T2 by --again with its name")
    func corrected() throws {
        let folder = try study("s") {
            $1[0x0008_103E] = .text("LO", "t1_mprage_sag")
            $1[0x0018_0021] = .text("CS", "SP")
        }
        let first = try register(folder) { $0.series = "1.2.3.4" }
        #expect(!first.isSegmented)
        let again = try register(folder) { ($0.series, $0.isAgain) = ("1.2.3.4", true) }
        #expect(!again.isSegmented && again.notes.contains { $0.contains("--sequence T2") })
        let right = try register(folder) {
            ($0.series, $0.isAgain, $0.sequence) = ("1.2.3.4", true, "T2")
        }
        #expect(right.isSegmented && right.scan == first.scan && right.tumours.count == 1)
        let scan = try clinic.store.scan(first.scan).record
        #expect(scan.isT2 && scan.sequence == "T2")
        #expect(try clinic.store.exams(ofPatient: "P1").count == 1)
    }

    @Test("a side that is typed against the tags is told")
    func otherSide() throws {
        let folder = try study("s") { $1[0x0020_0062] = .text("CS", "R") }
        let done = try register(folder) { $0.side = .left }
        #expect(done.notes.contains { $0.contains("name the right side") && $0.contains("left") })
    }

    @Test("DICOM objects of a scan on which an outline alone counts are refused with what to do")
    func outlines() throws {
        let done = try register(study("s"))
        let (_, seg) = (done, clinic.folder.file("seg.dcm"))
        let mask = clinic.folder.file("mask.nii")
        let stored = try StoredScan(clinic.store, scan: done.scan)
        try NIfTIWriter.write(stored.mask, like: stored.image, to: mask)
        _ = try clinic.surveillance.review(
            scan: done.scan, .outline(file: mask, side: nil), reader: "Dr Ash")
        let beside = try clinic.surveillance.exportSegmentation(ofScan: done.scan, to: seg)
        #expect(beside.notes.contains { $0.contains("Outline 1 by Dr Ash") })
        _ = try clinic.surveillance.review(
            scan: done.scan, .reject(reason: "too large"), reader: "Dr Ash")
        let error = #expect(throws: StoreError.self) {
            try clinic.surveillance.exportReport(
                ofScan: done.scan, to: clinic.folder.file("sr.dcm"))
        }
        #expect(error?.message.contains("outline 1 by Dr Ash") == true)
        #expect(error?.remedy.contains("--outline") == true)
    }

    /// Takes the slices with these names away.
    private func take(_ slices: [Int], from folder: String, series: String = "1.2.3.4") throws {
        for slice in slices {
            try FileManager.default.removeItem(atPath: "\(folder)/\(series)-\(900 - slice).dcm")
        }
    }

    @Test("a series that comes again with more images takes the place of what lacked some")
    func late() throws {
        let part = try study("part")
        try take([15, 16], from: part)
        let first = try register(part)
        #expect(!first.tumours.isEmpty)
        let whole = try register(study("whole"))
        #expect(!whole.isRepeat && whole.scan != first.scan)
        #expect(whole.notes.contains { $0.contains("scan 1") && $0.contains("no longer") })
        #expect(!whole.notes.contains { $0.contains("other voxels") })
        #expect(try clinic.store.exams(ofPatient: "P1").map(\.scanId) == [whole.scan])
        let growth = try clinic.surveillance.growth(of: "P1")
        #expect(growth.tumours.first?.assessment?.compared.count == 1)
        #expect(try clinic.store.successor(ofScan: first.scan) == whole.scan)
        // What is known of tumours does not come from the part, nor does it wait for anything.
        #expect(
            try clinic.store.tumourPlaces(
                ofPatient: "P1", around: whole.date, without: whole.scan
            ).allSatisfy { $0.centroid == nil })
        let model = try #require(try clinic.store.activeModel())
        #expect(try clinic.store.scansToSegment(by: model).isEmpty)
        // The part again, and another part, are known.
        let before = try clinic.contents()
        #expect(try register(part).isRepeat)
        let other = try study("other")
        try take([16], from: other)
        let again = try register(other)
        #expect(again.isRepeat && again.scan == whole.scan)
        #expect(again.notes.contains { $0.contains("all of these images and more") })
        #expect(try clinic.contents() == before)
    }

    @Test("what is not segmented takes no exam's place")
    func lateOther() throws {
        let part = try study("part")
        try take([15, 16], from: part)
        try register(part)
        let whole = try register(study("whole")) { $0.sequence = "T1" }
        #expect(whole.notes.contains { $0.contains("other voxels") })
        #expect(try clinic.store.exams(ofPatient: "P1").map(\.scanId) == [1])
    }

    @Test("of a study the T2 series is taken and explained; two close ones are refused")
    func choice() throws {
        let folder = try study("s")
        try study("s", series: "1.2.3.6") {
            $1[0x0008_103E] = .text("LO", "t1_mprage_sag")
            $1[0x0018_0021] = .text("CS", "SP")
        }
        let before = try clinic.contents()
        try study("s", series: "1.2.3.7") { $1[0x0008_103E] = .text("LO", "t2_tse3d_tra") }
        #expect {
            try register(folder)
        } throws: {
            let text = "\($0)"
            return ($0 as? ImagingError)?.code == .ambiguous && text.contains("1.2.3.7")
                && text.contains("1.2.3.4") && text.contains("--series")
        }
        #expect(try clinic.contents() == before)
        let named = try register(folder) { $0.series = "1.2.3.7" }
        #expect(try clinic.store.series(ofScan: named.scan)?.seriesUid == "1.2.3.7")
        let asked = try clinic.surveillance.register(
            StudyRequest(path: folder, patient: "Q"), today: try day("2025-12-31"),
            ask: { $0.series.first { $0.uid == "1.2.3.4" }?.uid })
        #expect(try clinic.store.series(ofScan: asked.scan)?.seriesUid == "1.2.3.4")
        let other = try register(folder) {
            ($0.patient, $0.series) = ("R", "1.2.3.6")
        }
        #expect(!other.isSegmented)
    }

    @Test("pseudonyms: the same for the same key, no identifier or UID in any row")
    func pseudonyms() throws {
        let key = clinic.folder.file("keys/key")
        let location = clinic.store.location
        let first = try Pseudonymiser(keyFile: key, outside: location)
        let done = try register(study("P1")) { $0.pseudonymiser = first }
        let again = try Pseudonymiser(keyFile: key, outside: location)
        #expect(done.patient == again.pseudonym(of: "P1") && done.patient.hasPrefix("VS"))
        #expect(try register(study("P1")) { $0.pseudonymiser = again }.isRepeat)
        let series = try #require(try clinic.store.series(ofScan: done.scan))
        #expect(series.isPseudonymised && series.seriesUid == again.uid("1.2.3.4"))
        #expect(series.seriesUid.hasPrefix("2.25.") && series.seriesUid.count <= 64)
        #expect(try clinic.store.scan(done.scan).record.sourceName == "DICOM series")
        #expect(series.description.isEmpty)
        #expect(try clinic.store.patientSummaries().map(\.identifier) == [done.patient])
        #expect(throws: StoreError.self) {
            try Pseudonymiser(keyFile: clinic.folder.file("store/key"), outside: location)
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
        #expect(throws: StoreError.self) { try Pseudonymiser(keyFile: key, outside: location) }
    }

    @Test("exams of another scanner, field strength or contrast are compared with a wider error")
    func acquisition() throws {
        func exam(
            _ name: String, _ series: String, _ date: String, _ acquisition: Acquisition = .init(),
            half: Double = 4
        ) throws -> ExamRecord {
            let done = try register(study(name, series: series, half: half)) {
                $0.date = try? day(date)
                $0.acquisition = acquisition
            }
            return try #require(
                try clinic.store.exams(ofPatient: "P1").first { $0.scanId == done.scan })
        }
        func detectable() throws -> Double? {
            try clinic.surveillance.growth(of: "P1").tumours.first?.assessment?.againstBaseline?
                .smallestDetectablePercent
        }
        let first = try exam("a", "1.2.3.4", "2020-01-03")
        #expect(first.fieldStrengthT == 1.5 && first.hasContrast == false)
        let scanner = try #require(first.scanner)
        let same = try exam("b", "1.2.3.5", "2021-01-03", half: 4.4)
        #expect(same.scanner == scanner && same.fieldStrengthT == 1.5)
        let alike = try #require(try detectable())
        // What is typed goes before the tags.
        let other = try exam(
            "c", "1.2.3.6", "2022-01-03",
            Acquisition(fieldStrengthT: 3, scanner: "another", hasContrast: true), half: 4.5)
        #expect(other.fieldStrengthT == 3 && other.scanner == "another")
        #expect(other.hasContrast == true)
        #expect(try #require(try detectable()) > alike)
    }

    @Test("a field strength or scanner's name that is none is refused, and nothing is stored")
    func oddAcquisition() throws {
        let folder = try study("s")
        let before = try clinic.contents()
        for odd in [
            Acquisition(fieldStrengthT: 0), Acquisition(fieldStrengthT: .nan),
            Acquisition(fieldStrengthT: 1500), Acquisition(scanner: ""),
            Acquisition(scanner: "a\nb"),
        ] {
            #expect(throws: StoreError.self, "\(odd)") {
                try register(folder) { $0.acquisition = odd }
            }
        }
        #expect(try clinic.contents() == before)
    }

    @Test("a series with a gap is refused, and nothing is stored")
    func gap() throws {
        let folder = try study("s")
        try FileManager.default.removeItem(atPath: folder + "/1.2.3.4-892.dcm")
        let before = try clinic.contents()
        #expect {
            try register(folder)
        } throws: {
            "\($0)".contains("gap between slices 7 and 9")
        }
        #expect(try clinic.contents() == before)
    }
}
