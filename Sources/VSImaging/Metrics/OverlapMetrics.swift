/// Overlap and volume of two masks on one grid.
public struct OverlapMetrics: Sendable, Equatable, Codable {
    /// 2 |A and B| / (|A| + |B|); 1 where both are empty.
    public let dice: Double
    /// The prediction's volume, mm³.
    public let volumeMm3: Double
    /// The truth's volume, mm³.
    public let truthVolumeMm3: Double
    /// (volume - truth) / truth, signed; nil where the truth is empty.
    public let relativeVolumeError: Double?

    /// Compares a prediction with the truth.
    ///
    /// - Throws: ``ImagingError`` where the grids differ in size or place.
    public init(prediction: Mask, truth: Mask) throws(ImagingError) {
        try checkSameGrid(prediction, truth)
        var both = 0
        var a = 0
        var b = 0
        if let box = VoxelBox(containing: [prediction, truth]) {
            prediction.voxels.withUnsafeBufferPointer { predicted in
                truth.voxels.withUnsafeBufferPointer { known in
                    for row in box.rows(of: prediction.shape) {
                        for index in row {
                            both += Int(predicted[index] & known[index])
                            a += Int(predicted[index])
                            b += Int(known[index])
                        }
                    }
                }
            }
        }
        dice = a + b == 0 ? 1 : 2 * Double(both) / Double(a + b)
        volumeMm3 = Double(a) * prediction.affine.voxelVolumeMm3
        truthVolumeMm3 = Double(b) * truth.affine.voxelVolumeMm3
        relativeVolumeError = b == 0 ? nil : (volumeMm3 - truthVolumeMm3) / truthVolumeMm3
    }
}

/// Throws where two masks cannot be compared voxel by voxel.
func checkSameGrid(_ a: Mask, _ b: Mask) throws(ImagingError) {
    guard a.shape == b.shape else {
        throw ImagingError(
            .geometry, subject: "masks",
            message: "The prediction has \(a.shape.depth) x \(a.shape.height) x \(a.shape.width) "
                + "voxels and the truth \(b.shape.depth) x \(b.shape.height) x \(b.shape.width).",
            remedy: "Compare masks of the same scan.")
    }
    let shape = a.shape
    let far = (Double(shape.depth - 1), Double(shape.height - 1), Double(shape.width - 1))
    let apart = max(
        (a.affine.origin - b.affine.origin).length,
        (a.affine.point(far.0, far.1, far.2) - b.affine.point(far.0, far.1, far.2)).length)
    let spacing = a.affine.spacing
    guard apart <= min(spacing.depth, spacing.height, spacing.width) / 2 else {
        throw ImagingError(
            .geometry, subject: "masks",
            message: "The prediction and the truth lie \(Int(apart.rounded(.up))) mm apart.",
            remedy: "Compare masks of the same scan.")
    }
}
