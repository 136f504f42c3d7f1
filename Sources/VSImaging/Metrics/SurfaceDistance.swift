/// Distances between the surfaces of two masks.
///
/// The surface of a mask is its foreground voxels with a background 6-neighbour (outside the grid
/// counts as background). Distances run from each surface voxel to the nearest surface voxel of the
/// other mask, in mm, and are exact.
public struct SurfaceDistance: Sendable, Equatable, Codable {
    /// Average symmetric surface distance, mm: the mean over both directed sets together.
    public let assdMm: Double
    /// The larger of the two directed 95th percentiles (linear interpolation), mm.
    public let hd95Mm: Double
    /// Hausdorff distance: the largest distance of either set, mm.
    public let hausdorffMm: Double

    /// Compares two masks of one grid.
    ///
    /// - Returns: nil where either mask is empty: there is no distance to report.
    /// - Throws: ``ImagingError`` where the grids differ in size or place.
    public static func between(_ a: Mask, _ b: Mask) throws(ImagingError) -> SurfaceDistance? {
        try checkSameGrid(a, b)
        guard !a.isEmpty, !b.isEmpty, let box = VoxelBox(containing: [a, b]) else { return nil }
        let shape = box.shape
        let surfaceA = surface(of: a, in: box)
        let surfaceB = surface(of: b, in: box)
        let spacing = a.affine.spacing
        let toB = DistanceTransform(isSeed: surfaceB, shape: shape, spacing: spacing).squaredMm2
        let toA = DistanceTransform(isSeed: surfaceA, shape: shape, spacing: spacing).squaredMm2
        let ab = zip(surfaceA, toB).filter(\.0).map { $0.1.squareRoot() }.sorted()
        let ba = zip(surfaceB, toA).filter(\.0).map { $0.1.squareRoot() }.sorted()
        let total = ab.reduce(0, +) + ba.reduce(0, +)
        return SurfaceDistance(
            assdMm: total / Double(ab.count + ba.count),
            hd95Mm: max(percentile(ab, 0.95), percentile(ba, 0.95)),
            hausdorffMm: max(ab.last ?? 0, ba.last ?? 0))
    }

    private static func surface(of mask: Mask, in box: VoxelBox) -> [Bool] {
        let shape = mask.shape
        func isSet(_ d: Int, _ h: Int, _ w: Int) -> Bool {
            shape.contains(d, h, w) && mask[d, h, w] == 1
        }
        var result: [Bool] = []
        result.reserveCapacity(box.shape.count)
        for d in box.low.0..<box.high.0 {
            for h in box.low.1..<box.high.1 {
                for w in box.low.2..<box.high.2 {
                    let inner =
                        isSet(d - 1, h, w) && isSet(d + 1, h, w) && isSet(d, h - 1, w)
                        && isSet(d, h + 1, w) && isSet(d, h, w - 1) && isSet(d, h, w + 1)
                    result.append(mask[d, h, w] == 1 && !inner)
                }
            }
        }
        return result
    }

    /// The percentile of sorted values with linear interpolation (NumPy's default).
    static func percentile(_ sorted: [Double], _ fraction: Double) -> Double {
        guard let last = sorted.last else { return 0 }
        let place = fraction * Double(sorted.count - 1)
        let low = Int(place)
        guard low + 1 < sorted.count else { return last }
        return sorted[low] + (place - Double(low)) * (sorted[low + 1] - sorted[low])
    }
}
