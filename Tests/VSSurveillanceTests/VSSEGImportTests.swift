import Foundation
import Testing
import VSGrowth
import VSImaging
import VSSegmentation
import VSStore
import VSSurveillance
import VSTestSupport

/// The collection Vestibular-Schwannoma-SEG in its three layouts.
struct VSSEGImportTests {
    private let set: MiniatureDataset

    init() throws { set = try MiniatureDataset() }

    private func study(
        _ place: String, series: String, half: Double = 4,
        change: (Int, inout DICOMFile) -> Void = { _, _ in }
    ) throws {
        try writeHeadStudy(
            to: "\(set.folder)/\(place)", series: series, half: half, change: change)
    }

    private func outline(
        _ place: String, series: String, name: String = "TV", half: Double = 4
    ) throws {
        try structureSet(
            of: series,
            [
                (name, MiniatureDataset.squares(half: half)),
                ("Cochlea", MiniatureDataset.squares(half: 2)),
            ]
        ).write(to: "\(set.folder)/\(place)")
    }

    @Test("a structure set becomes a mask on the scan's own grid, voxel for voxel what was drawn")
    func structureSets() throws {
        try study("VS-SEG-001/s/t2", series: "1.2.1")
        try study("VS-SEG-001/s/t1", series: "1.2.2") {
            $1[0x0008_103E] = .text("LO", "t1_mpr_tra_gad")
            $1[0x0018_0021] = .text("CS", "SP")
        }
        try outline("VS-SEG-001/s/r/1.dcm", series: "1.2.1")
        let (done, leftOut) = try set.importing(.vsSEG)
        let one = try #require(done.first)
        #expect(done.count == 1 && one.isNew && one.reason == nil)
        #expect(one.exam.patient == "VS-SEG-001" && one.exam.date.iso == "2020-01-03")
        #expect(one.exam.sequence == "T2 CISS")
        #expect(leftOut.map(\.name) == ["1 series"])
        let expected = MiniatureDataset.labels(half: 4)
        let exam = try #require(try set.clinic.store.exams(ofPatient: "VS-SEG-001").first)
        let volume = try set.clinic.store.images.volume(
            set.clinic.store.scan(exam.scanId).record.contentHash)
        let mask = try set.clinic.store.mask(of: exam, like: volume)
        #expect(mask.voxels.map(Float.init) == expected.voxels)
        #expect(one.tumours.map(\.side) == [.left])
        #expect(exam.source == .manual && exam.model == "outline by vs-seg")
        #expect(try set.clinic.store.series(ofScan: exam.scanId)?.seriesUid == "1.2.1")
    }

    @Test("outlines of later exams, of which there are no images, are told")
    func followUps() throws {
        try study("VS-SEG-001/t2", series: "1.2.1")
        try structureSet(
            of: "1.2.1",
            [
                ("TV", MiniatureDataset.squares(half: 4)),
                ("Vol 2y", MiniatureDataset.squares(half: 3)),
                ("Cochlea", MiniatureDataset.squares(half: 2)),
            ]
        ).write(to: "\(set.folder)/VS-SEG-001/r.dcm")
        let one = try #require(try set.importing(.vsSEG).done.first)
        #expect(one.tumours.count == 1)
        let told = one.remarks.filter { $0.contains("later exams") }
        #expect(told.count == 1 && told[0].contains("('Vol 2y')"), "\(one.remarks)")
    }

    @Test("importing again changes nothing, and a truth that comes later is added")
    func again() throws {
        try study("VS-SEG-001/t2", series: "1.2.1")
        let without = try #require(try set.importing(.vsSEG).done.first)
        #expect(without.isNew && without.tumours.isEmpty)
        #expect(without.remarks.contains { $0.contains("no truth") })
        try outline("VS-SEG-001/r.dcm", series: "1.2.1")
        let with = try #require(try set.importing(.vsSEG).done.first)
        #expect(with.isNew && with.scan == without.scan && with.tumours.count == 1)
        let before = try set.clinic.contents()
        let audit = try set.clinic.store.exams(ofPatient: "VS-SEG-001").count
        let again = try #require(try set.importing(.vsSEG).done.first)
        #expect(!again.isNew && again.scan == with.scan)
        #expect(try set.clinic.contents() == before)
        #expect(try set.clinic.store.exams(ofPatient: "VS-SEG-001").count == audit)
    }

    @Test("meningiomas are left out by number and by name, and T2 after contrast medium stays T2")
    func traps() throws {
        try study("VS-SEG-063/t2", series: "1.2.1")
        try outline("VS-SEG-063/r.dcm", series: "1.2.1")
        try study("VS-SEG-064/t2", series: "1.2.2")
        try outline("VS-SEG-064/r.dcm", series: "1.2.2", name: "Men")
        try study("VS-SEG-065/t2", series: "1.2.3") {
            $1[0x0008_103E] = .text("LO", "t2_ci3d_tra_1.5mm_gad")
        }
        try outline("VS-SEG-065/r.dcm", series: "1.2.3", name: "AN")
        let (done, leftOut) = try set.importing(.vsSEG)
        #expect(done.map(\.exam.patient) == ["VS-SEG-065"])
        #expect(done[0].exam.sequence == "T2 CISS contrast" && done[0].tumours.count == 1)
        #expect(leftOut.count { $0.reason.contains("meningioma") } == 2)
        let patients = try set.clinic.store.patientSummaries().map(\.identifier)
        #expect(patients == ["VS-SEG-065"])
    }

    @Test("a damaged file and a damaged structure set lose their own case and no other")
    func oneBadCase() throws {
        for number in 1...3 {
            try study("VS-SEG-00\(number)/t2", series: "1.2.\(number)")
            try outline("VS-SEG-00\(number)/r.dcm", series: "1.2.\(number)")
        }
        let slice = "\(set.folder)/VS-SEG-001/t2/\(try firstFile("VS-SEG-001/t2"))"
        let whole = try Data(contentsOf: URL(fileURLWithPath: slice))
        try whole.prefix(500).write(to: URL(fileURLWithPath: slice))
        var broken = structureSet(of: "1.2.2", [("TV", [])])
        var contour = DICOMFile()
        contour[0x3006_0042] = .text("CS", "CLOSED_PLANAR")
        contour[0x3006_0050] = .text("DS", "1\\2\\3\\4")
        var owner = DICOMFile()
        owner[0x3006_0084] = .text("IS", "1")
        owner[0x3006_0040] = .items([contour])
        broken[0x3006_0039] = .items([owner])
        try broken.write(to: "\(set.folder)/VS-SEG-002/r.dcm")
        let (done, leftOut) = try set.importing(.vsSEG)
        #expect(done.map(\.exam.patient) == ["VS-SEG-002", "VS-SEG-003"])
        #expect(done.map(\.tumours.count) == [0, 1])
        #expect(leftOut.contains { $0.name.contains("VS-SEG-001") })
        #expect(leftOut.contains { $0.reason.contains("Contour 1 of structure 'TV'") })
    }

    private func firstFile(_ place: String) throws -> String {
        try #require(
            try FileManager.default.contentsOfDirectory(atPath: "\(set.folder)/\(place)")
                .sorted().first)
    }

    @Test("the authors' sorted folders are taken with their contours where no structure set is")
    func contours() throws {
        try study("vs_gk_7_t2", series: "1.2.1")
        let rings = MiniatureDataset.squares(half: 4)
            .map { $0.map { [$0.x, $0.y, $0.z] } }
        let entry: [String: Any] = [
            "PatientID": "VS-SEG-007", "MR_SeriesInstanceUID": "1.2.1", "structure_name": "TV",
            "original_contour_created_on_image_name": "T2", "LPS_contour_points": rings,
        ]
        let data = try JSONSerialization.data(withJSONObject: [entry])
        try set.write(String(decoding: data, as: UTF8.self), "vs_gk_7_t2/contours.json")
        let one = try #require(try set.importing(.vsSEG).done.first)
        #expect(one.exam.patient == "VS-SEG-007")
        let volume = try #require(one.tumours.first).volumeMm3
        #expect(abs(volume - MiniatureDataset.volumeMm3(half: 4)) < 1e-6)
    }

    @Test("the authors' NIfTI is taken with an assumed day; what is missing is told")
    func nifti() throws {
        for number in [1, 2, 73] {
            try set.write(MiniatureDataset.image(half: 4), "vs_gk_\(number)/vs_gk_t2_refT2.nii.gz")
            try set.write(
                MiniatureDataset.labels(half: 4), "vs_gk_\(number)/vs_gk_seg_refT2.nii.gz")
        }
        try set.write("", "vs_gk_3/readme.txt")
        try set.write(
            MiniatureDataset.labels(half: 4, others: [([-22, 0, 12], 2, 1)]),
            "vs_gk_2/vs_gk_seg_refT2.nii.gz")
        let (done, leftOut) = try set.importing(.vsSEG)
        #expect(done.map(\.exam.patient) == ["VS-SEG-001", "VS-SEG-002"])
        #expect(done[0].exam.date.iso == "2014-01-01" && done[0].exam.basis == "day assumed")
        #expect(done[1].reason?.contains("both sides") == true && done[1].scan == nil)
        #expect(Set(leftOut.map(\.name)) == ["vs_gk_3", "vs_gk_73"])
        let patients = try set.clinic.store.patientSummaries().map(\.identifier)
        #expect(patients == ["VS-SEG-001"])
    }

    @Test("a folder of something else is refused by name")
    func foreign() throws {
        try set.write("", "readme.txt")
        for dataset in PublicDataset.allCases {
            #expect(throws: StoreError.self, "\(dataset)") { try set.listing(dataset) }
        }
        #expect(throws: StoreError.self) {
            try PublicDataset.vsSEG.listing(
                of: set.folder + "x", assumedDay: try day("2014-01-01"))
        }
    }
}
