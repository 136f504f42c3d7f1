public import VSImaging

/// A box of the patient's space to look in, such as the paper's manual crop.
public struct SearchBox: Sendable, Hashable, Codable {
    /// The paper's box: 100 mm left to right, 50 mm front to back, 50 mm foot to head.
    public static let paperSizeMm: SIMD3<Double> = [100, 50, 50]

    /// The centre, mm LPS.
    public var centre: SIMD3<Double>
    /// The extents along x, y and z, mm.
    public var sizeMm: SIMD3<Double>

    /// A box around a point in mm LPS.
    public init(centre: SIMD3<Double>, sizeMm: SIMD3<Double> = paperSizeMm) {
        self.centre = centre
        self.sizeMm = sizeMm
    }

    /// A box around a voxel (d, h, w) of a volume in canonical order.
    public init(
        aroundVoxel voxel: SIMD3<Double>, of volume: Volume, sizeMm: SIMD3<Double> = paperSizeMm
    ) {
        self.init(centre: volume.affine.point(voxel.x, voxel.y, voxel.z), sizeMm: sizeMm)
    }

    /// The voxels whose centres the box covers, along the volume's own axes: along each it takes
    /// what the box spans there, cut off at the volume's edge.
    ///
    /// - Returns: the first voxel and the one after the last, both (d, h, w).
    /// - Throws: ``SegmentationError`` where the box misses the volume or is no box.
    package func range(
        in shape: GridShape, _ affine: Affine
    ) throws(SegmentationError) -> (start: SIMD3<Int>, end: SIMD3<Int>) {
        guard let middle = affine.voxel(at: centre) else { throw missed() }
        let sides = [shape.depth, shape.height, shape.width]
        let steps = [affine.depthStep, affine.heightStep, affine.widthStep]
        var start = SIMD3<Int>.zero
        var end = SIMD3<Int>.zero
        for axis in 0..<3 {
            let direction = steps[axis] / steps[axis].length
            let extent =
                abs(direction.x) * sizeMm.x + abs(direction.y) * sizeMm.y
                + abs(direction.z) * sizeMm.z
            let half = extent / steps[axis].length / 2
            // Clamped before they become integers, so that no number typed can trap.
            let side = Double(sides[axis])
            let first = min(max((middle[axis] - half).rounded(.up), 0), side)
            let last = min(max((middle[axis] + half).rounded(.up), 0), side)
            guard extent > 0, first < last else { throw missed() }
            start[axis] = Int(first)
            end[axis] = Int(last)
        }
        return (start, end)
    }

    /// The part of a volume that ``range(in:_:)`` names, as a volume of its own.
    package func crop(_ volume: Volume) throws(SegmentationError) -> Volume {
        let (start, end) = try range(in: volume.shape, volume.affine)
        return volume.part(VoxelRange(start: start, end: end))
    }

    private func missed() -> SegmentationError {
        SegmentationError(
            .box, subject: "box",
            message: "The box around (\(centre.x), \(centre.y), \(centre.z)) mm lies outside the "
                + "image.",
            remedy: "Give its centre in mm LPS (left, posterior, superior positive).")
    }
}
