import VSImaging

/// A box of the patient's space to look in: the manual crop of Wang et al. 2019.
public struct SearchBox: Sendable, Hashable, Codable {
    /// The paper's box: 100 mm left to right, 50 mm front to back, 50 mm foot to head.
    public static let paperSizeMm: SIMD3<Double> = [100, 50, 50]

    /// The centre, mm LPS.
    public var centre: SIMD3<Double>
    /// The extents along x, y and z, mm.
    public var sizeMm: SIMD3<Double>

    /// A box around a point.
    public init(centre: SIMD3<Double>, sizeMm: SIMD3<Double> = paperSizeMm) {
        self.centre = centre
        self.sizeMm = sizeMm
    }

    /// The part of a volume whose voxels the box's axes cover, with the place of its first voxel.
    ///
    /// The cut follows the volume's own axes: along each it takes what the box spans there.
    /// - Throws: ``SegmentationError`` where the box misses the volume.
    func crop(_ volume: Volume) throws(SegmentationError) -> (part: Volume, start: SIMD3<Int>) {
        let affine = volume.affine
        guard let middle = affine.voxel(at: centre) else { throw missed() }
        let sides = [volume.shape.depth, volume.shape.height, volume.shape.width]
        let steps = [affine.depthStep, affine.heightStep, affine.widthStep]
        var start = SIMD3<Int>.zero
        var end = SIMD3<Int>.zero
        for axis in 0..<3 {
            let direction = steps[axis] / steps[axis].length
            let extent =
                abs(direction.x) * sizeMm.x + abs(direction.y) * sizeMm.y
                + abs(direction.z) * sizeMm.z
            let half = extent / steps[axis].length / 2
            guard middle[axis] + half > 0, middle[axis] - half < Double(sides[axis] - 1) else {
                throw missed()
            }
            start[axis] = max(0, Int((middle[axis] - half).rounded()))
            end[axis] = min(sides[axis], Int((middle[axis] + half).rounded()) + 1)
        }
        let shape = GridShape(
            depth: end.x - start.x, height: end.y - start.y, width: end.z - start.z)
        var voxels: [Float] = []
        voxels.reserveCapacity(shape.count)
        for d in start.x..<end.x {
            for h in start.y..<end.y {
                let row = volume.shape.index(d, h, start.z)
                voxels.append(contentsOf: volume.voxels[row..<row + shape.width])
            }
        }
        var corner = affine
        corner.origin = affine.point(Double(start.x), Double(start.y), Double(start.z))
        return (Volume(shape: shape, affine: corner, voxels: voxels), start)
    }

    private func missed() -> SegmentationError {
        SegmentationError(
            .box, subject: "box",
            message: "The box around (\(centre.x), \(centre.y), \(centre.z)) mm lies outside the "
                + "image.",
            remedy: "Give its centre in mm LPS (left, posterior, superior positive).")
    }
}
