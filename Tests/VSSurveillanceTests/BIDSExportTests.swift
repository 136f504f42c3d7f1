import Foundation
import Testing
import VSGrowth
import VSImaging
import VSSegmentation
import VSStore
import VSSurveillance
import VSTestSupport

/// BIDS out, and in again.
struct BIDSExportTests {
    private let set: MiniatureDataset

    init() throws { set = try MiniatureDataset() }

    private var clinic: Clinic { self.set.clinic }

    private func file(_ name: String) -> String { clinic.folder.file("bids/" + name) }

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: file(name), encoding: .utf8)
    }

    /// P-1 with two segmented exams, the first of them outlined, and a T1 that is only stored.
    private func fill() throws {
        for (name, half, date) in [("a", 4.0, "2020-01-03"), ("b", 5, "2021-02-04")] {
            try clinic.register(clinic.scan("\(name).nii.gz", left: half), "P-1", date)
        }
        try NIfTIWriter.write(
            MiniatureDataset.labels(half: 4.8), to: clinic.folder.file("mask.nii.gz"))
        try clinic.surveillance.review(
            scan: 1, .outline(file: clinic.folder.file("mask.nii.gz"), side: nil), reader: "R")
        try clinic.register(clinic.scan("c.nii.gz", left: 3), "P-1", "2021-02-04") {
            $0.sequence = "T1 contrast"
        }
        try clinic.register(clinic.scan("d.nii.gz"), "P1", "2021-02-05") {
            $0.sequence = "FLAIR"
        }
    }

    @Test("images, sidecars, days and masks of people and models lie where BIDS wants them")
    func layout() throws {
        try fill()
        let done = try clinic.surveillance.exportBIDS(to: clinic.folder.file("bids"))
        #expect(done.subjects == 1 && done.sessions == 2 && done.images == 3)
        #expect(done.manualMasks == 1 && done.modelMasks == 2)
        #expect(done.leftOut.map(\.scan) == [4])
        let found = FileManager.default.enumerator(atPath: clinic.folder.file("bids"))?
            .compactMap { $0 as? String }.filter { $0.contains(".") }.sorted()
        let manual = "derivatives/manual_segmentation_masks"
        let model = "derivatives/vsdb_segmentations"
        let sessions = ["sub-P1/ses-20200103/anat", "sub-P1/ses-20210204/anat"]
        var expected = [
            "dataset_description.json", "participants.json", "participants.tsv",
            "\(manual)/dataset_description.json", "\(model)/dataset_description.json",
            "sub-P1/sub-P1_sessions.tsv",
        ]
        for stem in [
            "\(sessions[0])/sub-P1_ses-20200103_T2w", "\(sessions[1])/sub-P1_ses-20210204_T2w",
            "\(sessions[1])/sub-P1_ses-20210204_ce-contrast_T1w",
            "\(manual)/\(sessions[0])/sub-P1_ses-20200103_desc-tumor_mask",
            "\(model)/\(sessions[0])/sub-P1_ses-20200103_desc-tumor_mask",
            "\(model)/\(sessions[1])/sub-P1_ses-20210204_desc-tumor_mask",
        ] {
            expected += [stem + ".json", stem + ".nii.gz"]
        }
        #expect(found == expected.sorted())
        #expect(try text("participants.tsv") == "participant_id\tidentifier\nsub-P1\tP-1\n")
        let active = try #require(try clinic.store.activeModel())
        let description = try text("\(model)/dataset_description.json")
        #expect(description.contains("\"Name\" : \"\(active.name)\""))
        #expect(description.contains("\"Version\" : \"\(active.version)\""))
        #expect(description.contains(active.sha256))
        #expect(try !text("\(manual)/dataset_description.json").contains(active.sha256))
        #expect(
            try text("sub-P1/sub-P1_sessions.tsv").contains("ses-20210204\t2021-02-04T00:00:00"))
        let mask = try ScanReader.readMask(
            file("\(manual)/\(sessions[0])/sub-P1_ses-20200103_desc-tumor_mask.nii.gz"))
        #expect(mask.voxels.map(Float.init) == MiniatureDataset.labels(half: 4.8).voxels)
    }

    @Test("what was exported is imported again with its identifiers, days and volumes")
    func roundTrip() throws {
        try fill()
        try clinic.surveillance.exportBIDS(to: clinic.folder.file("bids"))
        let other = try Clinic()
        let listing = try PublicDataset.bids.listing(
            of: clinic.folder.file("bids"), assumedDay: try day("2014-01-01"), includesT1: true)
        let done = try other.surveillance.importDataset(
            listing.exams, reader: "bids", today: try day("2025-12-31"))
        #expect(
            done.map { "\($0.exam.patient) \($0.exam.date.iso) \($0.exam.sequence)" } == [
                "P-1 2020-01-03 T2", "P-1 2021-02-04 T2", "P-1 2021-02-04 T1 contrast",
            ])
        // A model's mask is no truth.
        let outlined = done.filter { !$0.tumours.isEmpty }
        #expect(outlined.map(\.exam.date.iso) == ["2020-01-03"])
        let before = try #require(try clinic.store.manualVolumes(ofScan: 1).first)
        #expect(abs(outlined[0].tumours[0].volumeMm3 / before.volumeMm3 - 1) < 1e-5)
        #expect(outlined[0].tumours[0].side.rawValue == before.side)
    }

    @Test("anonymous: no identifier and no day anywhere, intervals kept")
    func anonymous() throws {
        try fill()
        try clinic.surveillance.exportBIDS(
            to: clinic.folder.file("bids"), naming: BIDSNaming(isAnonymous: true))
        #expect(try text("participants.tsv") == "participant_id\nsub-0001\n")
        #expect(
            try text("sub-0001/sub-0001_sessions.tsv").split(separator: "\n").dropFirst() == [
                "ses-19000101\t1900-01-01T00:00:00", "ses-19010203\t1901-02-03T00:00:00",
            ])
        let names =
            FileManager.default.enumerator(atPath: clinic.folder.file("bids"))?
            .compactMap { $0 as? String } ?? []
        for name in names {
            #expect(!name.contains("P1") && !name.contains("2020") && !name.contains("2021"))
            if name.hasSuffix(".json") || name.hasSuffix(".tsv") {
                let content = try text(name)
                #expect(!content.contains("P-1") && !content.contains("2020-"), "\(name)")
                #expect(!content.contains("by R"), "\(name)")
            }
        }
        let gap = (try day("1901-02-03")).dayNumber - (try day("1900-01-01")).dayNumber
        #expect(gap == (try day("2021-02-04")).dayNumber - (try day("2020-01-03")).dayNumber)
    }

    @Test("a folder that holds something is refused, and a cancelled export leaves nothing")
    func whole() throws {
        try fill()
        try set.write("mine", "keep.txt")
        #expect(throws: StoreError.self) {
            try clinic.surveillance.exportBIDS(to: set.folder)
        }
        #expect(throws: StoreError.self) {
            try clinic.surveillance.exportBIDS(
                to: clinic.folder.file("bids"), patients: ["nobody"])
        }
        let before = try FileManager.default.contentsOfDirectory(atPath: clinic.folder.path)
        #expect(throws: CancellationError.self) {
            try clinic.surveillance.exportBIDS(
                to: clinic.folder.file("bids"), isCancelled: { true })
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: clinic.folder.path).sorted()
                == before.sorted())
    }

    @Test("a reader's outlined T2 scans become cases of image and mask; others do not")
    func cases() throws {
        try fill()
        let folder = clinic.folder.file("cases")
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let cases = try clinic.surveillance.writeOutlinedCases(reader: "R", to: folder)
        #expect(cases.map(\.scan) == [1] && cases[0].patient == "P-1")
        let mask = try ScanReader.readMask(cases[0].mask)
        let image = try ScanReader.read(cases[0].image).volume
        #expect(mask.shape == image.shape)
        #expect(mask.voxels.map(Float.init) == MiniatureDataset.labels(half: 4.8).voxels)
        #expect(throws: StoreError.self) {
            try clinic.surveillance.writeOutlinedCases(reader: "nobody", to: folder)
        }
    }
}
