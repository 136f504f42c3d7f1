import VSImaging
import VSTestSupport
import VSTraining

/// Masks and scores small enough to be worked out by hand.
enum SampleScores {
    static let spacing = Spacing(depth: 2, height: 1, width: 0.5)

    /// A mask of boxes on an 8 x 20 x 20 grid whose voxels are 1 mm³.
    static func boxes(_ boxes: Box...) -> Mask {
        let grid = volume(8, 20, 20, spacing: spacing) { d, h, w in
            boxes.contains { $0.contains(d, h, w) } ? 1 : 0
        }
        return Mask(shape: grid.shape, affine: grid.affine, voxels: grid.voxels.map { UInt8($0) })
    }

    static func score(_ prediction: Mask, _ truth: Mask, _ id: String = "a") throws -> CaseScore {
        try CaseScore(id: id, prediction: prediction, truth: truth)
    }

    /// A score of a tumour of so many mm³, all of it found.
    static func tumour(_ voxels: Int) throws -> CaseScore {
        let grid = volume(1, 1, max(voxels, 1) + 1, spacing: spacing) { _, _, w in
            w < voxels ? 1 : 0
        }
        let mask = Mask(
            shape: grid.shape, affine: grid.affine, voxels: grid.voxels.map { UInt8($0) })
        return try score(mask, mask)
    }
}
