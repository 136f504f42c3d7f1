import Foundation
import Testing
import VSImaging
import VSNetwork
import VSSegmentation
import VSTestSupport
import VSTraining

/// Whole scans against their truth, with a network whose answer is known: bright is tumour.
struct ModelEvaluationTests {
    static let spot = (centre: SIMD3<Double>(22, 0, 12), half: 4.0)
    static let segmenter = Segmenter(brightnessModel(slope: 8, offset: 16))

    /// The voxels brighter than a head.
    private static func bright(_ scan: Volume) -> Mask {
        Mask(
            shape: scan.shape, affine: scan.affine, voxels: scan.voxels.map { $0 > 900 ? 1 : 0 })
    }

    private static func write(
        _ id: String, _ scan: Volume, _ truth: Mask, in folder: TemporaryFolder
    ) throws -> TrainingCase {
        let item = TrainingCase(
            id: id, image: folder.file("\(id).nii.gz"), mask: folder.file("\(id)-mask.nii.gz"),
            split: .test)
        try NIfTIWriter.write(scan, to: item.image)
        try NIfTIWriter.write(truth, to: item.mask)
        return item
    }

    @Test("a right answer scores 1, half a truth what it should, and both are told in order")
    func scores() throws {
        let folder = try TemporaryFolder()
        let scan = head(spots: [Self.spot])
        let truth = Self.bright(scan)
        var more = truth
        // As many voxels again, one row further out on every side: the answer finds a part of it.
        for place in truth.voxels.indices where truth.voxels[place] == 1 {
            more.voxels[place + scan.shape.width * 12] = 1
        }
        let cases = [
            try Self.write("right", scan, truth, in: folder),
            try Self.write("part", scan, more, in: folder),
        ]
        var told: [(Int, String)] = []
        let scores = try ModelEvaluation.scores(
            of: Self.segmenter, on: cases, progress: { told.append(($0, $1.id)) })
        #expect(scores.map(\.id) == ["right", "part"])
        #expect(told.map(\.0) == [1, 2] && told.map(\.1) == ["right", "part"])
        #expect(scores[0].dice == 1 && scores[0].falseComponents == 0)
        let (found, wanted) = (Double(truth.voxelCount), Double(more.voxelCount))
        #expect(wanted > found)
        #expect(abs(scores[1].dice - 2 * found / (found + wanted)) < 1e-12)
        #expect(abs((scores[1].rvePercent ?? 0) - 100 * (found / wanted - 1)) < 1e-9)
    }

    @Test("a tumour of the other side is false only where two may be reported")
    func expected() throws {
        let folder = try TemporaryFolder()
        let other = (centre: SIMD3<Double>(-22, 4, 12), half: 3.0)
        let item = try Self.write(
            "two", head(spots: [Self.spot, other]), Self.bright(head(spots: [Self.spot])),
            in: folder)
        let both = try ModelEvaluation.scores(of: Self.segmenter, on: [item])
        let one = try ModelEvaluation.scores(of: Self.segmenter, on: [item], expected: .one)
        #expect(both[0].falseComponents == 1 && both[0].dice < 1)
        #expect(one[0].falseComponents == 0 && one[0].dice == 1)
    }

    @Test("a cancelled evaluation and a missing truth are errors")
    func failures() throws {
        let folder = try TemporaryFolder()
        let scan = head(spots: [Self.spot])
        let item = try Self.write("a", scan, Self.bright(scan), in: folder)
        let cancelled = #expect(throws: SegmentationError.self) {
            try ModelEvaluation.scores(of: Self.segmenter, on: [item], isCancelled: { true })
        }
        #expect(cancelled?.code == .cancelled)
        try FileManager.default.removeItem(atPath: item.mask)
        let missing = #expect(throws: ImagingError.self) {
            try ModelEvaluation.scores(of: Self.segmenter, on: [item])
        }
        #expect(missing?.subject == item.mask)
    }
}
