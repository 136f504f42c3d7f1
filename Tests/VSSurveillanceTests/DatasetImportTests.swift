import Foundation
import Testing
import VSGrowth
import VSImaging
import VSSegmentation
import VSStore
import VSSurveillance
import VSTestSupport

/// MC-RC, crossMoDA and BIDS.
struct DatasetImportTests {
    private let set: MiniatureDataset

    init() throws { set = try MiniatureDataset() }

    private static let masks = "VS-MC-RC segmentations v2"

    @Test("MC-RC becomes a course in time, its masks brought to the images' grids")
    func mcrc() throws {
        var csv = "\u{FEFF}index,SegmentationPath,series_instance_uid\n"
        let exams: [(String, Double)] = [("2018-01-10", 4), ("2019-02-11", 5)]
        for (index, (day, half)) in exams.enumerated() {
            try writeHeadStudy(
                to: "\(set.folder)/manifest/\(index)", series: "1.2.\(index + 1)", half: half)
            let path = "VS_MC_RC_001/\(day)/VS_MC_RC_001_T2.nii.gz"
            // The authors' masks count rows and columns from the other end.
            try set.write(
                MiniatureDataset.labels(half: half).turnedInPlane(), "\(Self.masks)/\(path)")
            csv += "\(index),\"\(path)\",1.2.\(index + 1)\n"
        }
        csv += "9,VS_MC_RC_002/2018-01-01/VS_MC_RC_002_T2.nii.gz,1.2.9\n"
        try set.write(csv, "v2-segmentation-info.csv")
        try writeHeadStudy(to: "\(set.folder)/manifest/u", series: "1.2.7", half: 6) {
            $1[0x0010_0020] = .text("LO", "VS_MC_RC_001")
            $1[0x0008_0022] = .text("DA", "20210304")
        }
        let (done, leftOut) = try set.importing(.vsMCRC)
        #expect(done.map(\.exam.date.iso) == ["2018-01-10", "2019-02-11", "2021-03-04"])
        #expect(done.map(\.exam.patient) == [String](repeating: "VS_MC_RC_001", count: 3))
        for (one, (_, half)) in zip(done, exams) {
            let volume = try #require(one.tumours.first).volumeMm3
            #expect(abs(volume - MiniatureDataset.volumeMm3(half: half)) < 1e-6)
            #expect(one.tumours.first?.side == .left)
        }
        #expect(done[2].tumours.isEmpty)
        #expect(leftOut.map(\.name) == ["VS_MC_RC_002/2018-01-01/VS_MC_RC_002_T2.nii.gz"])
        let growth = try set.clinic.surveillance.growth(of: "VS_MC_RC_001")
        #expect(growth.tumours.first?.curve.measurements.count == 2)
        #expect(growth.tumours.first?.assessment?.growthClass == .growing)
        #expect(try set.importing(.vsMCRC).done.allSatisfy { !$0.isNew })
    }

    @Test("a mask with other voxels keeps its volume on the image's grid")
    func otherGrid() throws {
        try set.write(MiniatureDataset.image(half: 6), "VS_MC_RC2_4_2020-05-06_T2.nii.gz")
        let fine = mask(40, 200, 256, spacing: Spacing(depth: 0.6, height: 0.4, width: 0.4)) {
            point in
            // The head's own origin is 51.2 mm to the right and 40 mm in front.
            let step = point - SIMD3(51.2, 40, 0) - MiniatureDataset.centre
            return abs(step.x) <= 6 && abs(step.y) <= 6 && abs(step.z) <= 6
        }
        var affine = fine.affine
        affine.origin = [-51.2, -40, 0]
        let drawn = Volume(
            shape: fine.shape, affine: affine, voxels: fine.voxels.map(Float.init))
        try set.write(drawn, "VS_MC_RC2_4_2020-05-06_T2_seg.nii.gz")
        let one = try #require(try set.importing(.vsMCRC).done.first)
        #expect(one.exam.patient == "VS_MC_RC2_4" && one.exam.date.iso == "2020-05-06")
        let volume = try #require(one.tumours.first).volumeMm3
        #expect(abs(volume / fine.volumeMm3() - 1) < 0.15)
        #expect(one.remarks.contains { $0.contains("another grid") })
    }

    private static let cochleae: [(centre: LPSPoint, half: Double, label: Float)] = [
        ([32, 0, 12], 2, 1), ([-32, 0, 12], 2, 1),
    ]

    @Test("crossMoDA's labels are told apart by where they lie, whatever their numbers")
    func crossMoDA() throws {
        let image = MiniatureDataset.image(half: 4)
        // 2021: the tumour is 1, the cochleae 2; here the other way round.
        try set.write(image, "source/crossmoda_11_ceT1.nii.gz")
        try set.write(
            MiniatureDataset.labels(half: 4, label: 2, others: Self.cochleae),
            "source/crossmoda_11_Label.nii.gz")
        // 2023: parts 1 and 3 of one tumour that touch, the cochlea 2.
        let parts: [(centre: LPSPoint, half: Double, label: Float)] =
            Self.cochleae.map { ($0.centre, $0.half, 2) } + [([16.4, 0, 12], 1.6, 3)]
        let split = MiniatureDataset.labels(half: 4, others: parts)
        try set.write(image, "TrainingSource/crossmoda2023_ldn_5_ceT1.nii.gz")
        try set.write(split, "TrainingSource/crossmoda2023_ldn_5_Label.nii.gz")
        try set.write(image, "TrainingTarget/crossmoda2023_ldn_6_T2.nii.gz")
        // Two labels on one side that do not touch.
        try set.write(image, "source/crossmoda_12_ceT1.nii.gz")
        try set.write(
            MiniatureDataset.labels(half: 4, others: [([34, 0, 12], 2, 2)]),
            "source/crossmoda_12_Label.nii.gz")
        try set.write(
            "id,Koos\ncrossmoda_11_ceT1,3\ncrossmoda2023_ldn_5,\ncrossmoda2023_ldn_6,7\n",
            "infos.csv")
        let (done, leftOut) = try set.importing(.crossMoDA)
        let found = Dictionary(uniqueKeysWithValues: done.map { ($0.exam.patient, $0) })
        let first = try #require(found["crossmoda_11"])
        #expect(first.tumours.map(\.side) == [.left])
        // Affines of NIfTI are in single precision.
        #expect(abs(first.tumours[0].volumeMm3 - MiniatureDataset.volumeMm3(half: 4)) < 1e-3)
        #expect(first.remarks.contains { $0.contains("label 1 the cochlea") })
        #expect(first.remarks.contains("Koos grade 3."))
        let notes = try set.clinic.store.manualVolumes(ofScan: #require(first.scan)).map(\.note)
        #expect(notes.allSatisfy { $0.contains("Koos grade 3.") } && notes.count == 1)
        #expect(leftOut.contains { $0.name == "crossmoda2023_ldn_6, Koos grade" })
        let second = try #require(found["crossmoda2023_ldn_5"])
        let whole = split.voxels.count { $0 == 1 || $0 == 3 }
        #expect(
            abs(second.tumours[0].volumeMm3 - Double(whole) * split.affine.voxelVolumeMm3) < 1e-3)
        #expect(second.remarks.contains { $0.contains("1 (") && $0.contains("within the canal") })
        #expect(second.remarks.contains { $0.hasPrefix("After surgery") })
        #expect(found["crossmoda2023_ldn_6"]?.tumours.isEmpty == true)
        #expect(found["crossmoda_12"]?.reason?.contains("do not touch") == true)
        let scans = try set.clinic.store.scanSummaries()
        #expect(Set(scans.map(\.sequence)) == ["T1 contrast", "T2"])
    }

    @Test("BIDS: days from sessions and scans files, masks from manual derivatives alone")
    func bids() throws {
        let masks = "derivatives/manual_segmentation_masks_of_T2w"
        try set.write("participant\tage\nsub-001\t50\n", "participants.tsv")
        for (place, stem, half) in [
            ("sub-001", "sub-001", 4.0), ("sub-063", "sub-063", 4),
            ("sub-2/ses-a", "sub-2_ses-a", 4), ("sub-2/ses-20190304", "sub-2_ses-20190304", 5),
            ("sub-2/ses-x", "sub-2_ses-x", 6),
        ] {
            try set.write(MiniatureDataset.image(half: half), "\(place)/anat/\(stem)_T2w.nii.gz")
            try set.write(
                MiniatureDataset.labels(half: half),
                "\(masks)/\(place)/anat/\(stem)_space-individual_desc-tumor_mask.nii.gz")
        }
        try set.write(
            "session_id\tacq_time\nses-a\t2018-02-03T00:00:00\nses-x\tn/a\n",
            "sub-2/sub-2_sessions.tsv")
        try set.write(MiniatureDataset.image(half: 5), "sub-4/anat/sub-4_T2w.nii.gz")
        try set.write(
            MiniatureDataset.labels(half: 5),
            "derivatives/network/sub-4/anat/sub-4_desc-tumor_mask.nii.gz")
        let (done, leftOut) = try set.importing(.bids)
        let found = done.map { "\($0.exam.patient) \($0.exam.date.iso) \($0.tumours.count)" }
        #expect(
            found == [
                "sub-001 2014-01-01 1", "sub-2 2018-02-03 1", "sub-2 2019-03-04 1",
                "sub-4 2014-01-01 0",
            ])
        #expect(leftOut.map(\.name) == ["sub-063", "sub-2/ses-x"])
    }
}
