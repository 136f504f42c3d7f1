import Foundation

/// How far a tumour's surface moved from one exam to another, in the space halfway between them.
///
/// At each surface voxel of either mask the displacement is the signed distance to the first surface
/// less that to the second (positive outside), so it is positive where the second reaches further.
/// Both distances are exact Euclidean ones on a grid of 0.5 mm, to the border between voxels.
public struct SurfaceChange: Sendable {
    /// Where a surface point lies, seen from the middle of both tumours.
    public enum Region: String, Sendable, Codable, CaseIterable {
        /// Within 45° of the patient's side: in and towards the internal auditory canal.
        case canal
        /// Within 45° of the opposite direction: towards the brainstem.
        case brainstem
        /// All else: the cistern before, behind, above and below.
        case cistern

        /// The words for a table.
        public var title: String {
            switch self {
            case .canal: "canal (lateral)"
            case .brainstem: "towards the brainstem (medial)"
            case .cistern: "cistern (before, behind, above, below)"
            }
        }
    }

    /// One point of either surface.
    public struct Point: Sendable, Hashable {
        /// Where, in halfway coordinates, mm.
        public let place: SIMD3<Double>
        /// Outward is positive, mm.
        public let displacementMm: Double
        /// The region.
        public let region: Region
    }

    /// What happened in one region.
    public struct RegionChange: Sendable, Hashable, Codable {
        /// Which.
        public let region: Region
        /// Its share of the surface.
        public let surfaceShare: Double
        /// The mean displacement, mm; nil where the region holds no surface.
        public let meanMm: Double?
        /// The largest and the smallest displacement, mm.
        public let highestMm, lowestMm: Double?
        /// What the second mask holds there and the first does not, and the reverse, mm³.
        public let gainedMm3, lostMm3: Double
    }

    /// The grid of halfway points, mm relative to the centres; x left, y posterior, z superior.
    public let affine: Affine
    /// The two tumours on it.
    public let first, second: Mask
    /// All surface points.
    public let points: [Point]
    /// The regions, in the order of their enumeration.
    public let regions: [RegionChange]
    /// The middle of both tumours together, halfway coordinates.
    public let middle: SIMD3<Double>

    /// Between the points of the grid, mm.
    public static let spacingMm = 0.5

    /// The change between two masks.
    ///
    /// - Parameters:
    ///   - masks: each on its exam's own grid.
    ///   - alignment: how the exams lie to each other.
    ///   - lateral: +1 where the tumour is on the patient's left, -1 on the right.
    /// - Throws: ``ImagingError`` where a mask is empty.
    public init(
        _ masks: (first: Mask, second: Mask), _ alignment: RigidAlignment, lateral: Double
    ) throws(ImagingError) {
        let (shape, affine) = try Self.grid(masks, alignment)
        let grids = alignment.grids(affine)
        func mask(_ source: Mask, _ place: Affine) -> Mask {
            Mask(
                shape: shape, affine: affine,
                voxels: source.values(on: shape, place).map { $0 >= 0.5 ? 1 : 0 })
        }
        let (a, b) = (mask(masks.first, grids.first), mask(masks.second, grids.second))
        guard !a.isEmpty, !b.isEmpty else { throw Self.nothing() }
        let (toA, toB) = (Self.signedDistances(a), Self.signedDistances(b))
        let middle = Self.middle(a, b)
        func region(_ place: SIMD3<Double>) -> Region {
            let away = place - middle
            let along = away.x * lateral / max(away.length, 1e-9)
            return along > 0.5.squareRoot()
                ? .canal : along < -(0.5.squareRoot()) ? .brainstem : .cistern
        }
        var points: [Point] = []
        var gained = [Region: Double](), lost = [Region: Double]()
        let volume = affine.voxelVolumeMm3
        for index in 0..<shape.count {
            let (d, h, w) = shape.place(index)
            let isSurface =
                (a.voxels[index] == 1 && Self.isSurface(a, d, h, w))
                || (b.voxels[index] == 1 && Self.isSurface(b, d, h, w))
            guard isSurface || a.voxels[index] != b.voxels[index] else { continue }
            let place = affine.point(Double(d), Double(h), Double(w))
            let region = region(place)
            if a.voxels[index] < b.voxels[index] { gained[region, default: 0] += volume }
            if a.voxels[index] > b.voxels[index] { lost[region, default: 0] += volume }
            if isSurface {
                points.append(
                    Point(
                        place: place, displacementMm: toA[index] - toB[index], region: region))
            }
        }
        self.affine = affine
        (first, second, self.points, self.middle) = (a, b, points, middle)
        regions = Region.allCases.map { region in
            let moves = points.filter { $0.region == region }.map(\.displacementMm)
            return RegionChange(
                region: region, surfaceShare: Double(moves.count) / Double(points.count),
                meanMm: moves.isEmpty ? nil : moves.reduce(0, +) / Double(moves.count),
                highestMm: moves.max(), lowestMm: moves.min(), gainedMm3: gained[region] ?? 0,
                lostMm3: lost[region] ?? 0)
        }
    }

    /// The mean displacement, mm.
    public var meanMm: Double {
        points.reduce(0) { $0 + $1.displacementMm } / Double(points.count)
    }

    /// The displacement that a fraction of the surface stays below, mm.
    public func percentileMm(_ fraction: Double) -> Double {
        SurfaceDistance.percentile(points.map(\.displacementMm).sorted(), fraction)
    }

    /// The share of the surface that moved further than a distance: outward, inward.
    public func share(beyondMm limit: Double) -> (outward: Double, inward: Double) {
        let count = Double(points.count)
        return (
            Double(points.count { $0.displacementMm > limit }) / count,
            Double(points.count { $0.displacementMm < -limit }) / count
        )
    }

    /// The halfway grid that holds both tumours and 3 mm about them.
    private static func grid(
        _ masks: (first: Mask, second: Mask), _ alignment: RigidAlignment
    ) throws(ImagingError) -> (GridShape, Affine) {
        let toFirst = alignment.motion.scaled(by: 0.5).transform
        let toSecond = alignment.motion.scaled(by: -0.5).transform
        var low = SIMD3<Double>(repeating: .infinity)
        var high = SIMD3<Double>(repeating: -.infinity)
        for (mask, centre, back) in [
            (masks.first, alignment.firstCentre, toFirst),
            (masks.second, alignment.secondCentre, toSecond),
        ] {
            guard let box = VoxelBox(containing: [mask]) else { throw nothing() }
            for d in [box.low.0, box.high.0 - 1] {
                for h in [box.low.1, box.high.1 - 1] {
                    for w in [box.low.2, box.high.2 - 1] {
                        let p = back(
                            mask.affine.point(Double(d), Double(h), Double(w)) - centre)
                        low = pointwiseMin(low, p)
                        high = pointwiseMax(high, p)
                    }
                }
            }
        }
        let margin = SIMD3<Double>(repeating: 3)
        low -= margin
        let size = ((high + margin - low) / spacingMm).rounded(.up)
        return (
            GridShape(depth: Int(size.z) + 1, height: Int(size.y) + 1, width: Int(size.x) + 1),
            Affine(
                origin: low,
                spacing: Spacing(depth: spacingMm, height: spacingMm, width: spacingMm))
        )
    }

    private static func nothing() -> ImagingError {
        ImagingError(
            .geometry, subject: "masks", message: "One of the two exams shows no tumour.",
            remedy: "Choose two exams with one.")
    }

    private static func isSurface(_ mask: Mask, _ d: Int, _ h: Int, _ w: Int) -> Bool {
        let shape = mask.shape
        func isSet(_ d: Int, _ h: Int, _ w: Int) -> Bool {
            shape.contains(d, h, w) && mask[d, h, w] == 1
        }
        return
            !(isSet(d - 1, h, w) && isSet(d + 1, h, w) && isSet(d, h - 1, w)
            && isSet(d, h + 1, w) && isSet(d, h, w - 1) && isSet(d, h, w + 1))
    }

    /// Positive outside, mm, zero on the border between voxels.
    private static func signedDistances(_ mask: Mask) -> [Double] {
        let spacing = mask.affine.spacing
        let inside = DistanceTransform(
            isSeed: mask.voxels.map { $0 == 1 }, shape: mask.shape, spacing: spacing
        ).squaredMm2
        let outside = DistanceTransform(
            isSeed: mask.voxels.map { $0 == 0 }, shape: mask.shape, spacing: spacing
        ).squaredMm2
        return zip(inside, outside).map { toInside, toOutside in
            toInside > 0
                ? toInside.squareRoot() - spacingMm / 2 : spacingMm / 2 - toOutside.squareRoot()
        }
    }

    private static func middle(_ a: Mask, _ b: Mask) -> SIMD3<Double> {
        var sum = SIMD3<Double>.zero
        var count = 0.0
        for index in 0..<a.shape.count where a.voxels[index] == 1 || b.voxels[index] == 1 {
            let (d, h, w) = a.shape.place(index)
            sum += a.affine.point(Double(d), Double(h), Double(w))
            count += 1
        }
        return sum / count
    }
}
