import Foundation
public import VSImaging

/// What is measured of one segmented tumour.
public struct TumourMeasurement: Sendable, Hashable, Codable {
    /// Voxel count times |det(affine)|, mm³.
    public let volumeMm3: Double
    /// Sum of probabilities near the tumour times the voxel volume, mm³.
    public let softVolumeMm3: Double
    /// (6 V / pi)^(1/3), mm.
    public let equivalentDiameterMm: Double
    /// The largest distance between two of its voxel centres, mm.
    public let maximalDiameterMm: Double
    /// The largest distance between two voxel centres of one slice, mm. Of the whole tumour, so not
    /// the extrameatal diameter of the Tokyo consensus.
    public let maximalAxialDiameterMm: Double
    /// ABC/2 with the extents along left-right, front-back and foot-head, mm³; for comparison only.
    public let abc2Mm3: Double
    /// The centre of its voxels, mm LPS.
    public let centroid: SIMD3<Double>
    /// Connected components that make it up.
    public let componentCount: Int
    /// Slices it touches.
    public let sliceCount: Int
    /// The highest probability in it.
    public let peakProbability: Double

    /// The distance around a tumour within which probabilities count for the soft volume, voxels.
    static let softMargin = 2

    /// Measures the components that make up one tumour.
    public init(
        _ components: [ConnectedComponents.Component], probability: ProbabilityMap
    ) {
        let affine = probability.affine
        let shape = probability.shape
        let voxels = components.flatMap(\.voxels).sorted()
        let rows = RowSpan.rows(of: voxels, shape: shape)
        volumeMm3 = Double(voxels.count) * affine.voxelVolumeMm3
        equivalentDiameterMm = pow(6 * volumeMm3 / .pi, 1.0 / 3)
        maximalDiameterMm = MaximalDiameter.overall(rows, affine)
        maximalAxialDiameterMm = MaximalDiameter.withinSlices(rows, affine)
        sliceCount = Set(rows.map(\.d)).count
        componentCount = components.count
        var sum = SIMD3<Double>.zero
        var low = SIMD3<Double>(repeating: .infinity)
        var high = -low
        var peak: Float = 0
        for at in voxels {
            let point = affine.point(
                Double(at / shape.width / shape.height),
                Double(at / shape.width % shape.height), Double(at % shape.width))
            sum += point
            low = pointwiseMin(low, point)
            high = pointwiseMax(high, point)
            peak = max(peak, probability.voxels[at])
        }
        centroid = voxels.isEmpty ? .zero : sum / Double(voxels.count)
        peakProbability = Double(peak)
        // Voxel centres span one voxel less than the tumour does.
        let spacing = affine.spacing
        let extent = high - low + [spacing.width, spacing.height, spacing.depth]
        abc2Mm3 = voxels.isEmpty ? 0 : extent.x * extent.y * extent.z / 2
        softVolumeMm3 =
            Self.softSum(around: voxels, probability) * affine.voxelVolumeMm3
    }

    /// The sum of probabilities in the tumour's voxels and those within the margin of them.
    private static func softSum(around voxels: [Int], _ probability: ProbabilityMap) -> Double {
        let shape = probability.shape
        var seen = Set<Int>()
        var total = 0.0
        for at in voxels {
            let w = at % shape.width
            let h = at / shape.width % shape.height
            let d = at / shape.width / shape.height
            for nd in max(0, d - 1)...min(shape.depth - 1, d + 1) {
                for nh in max(0, h - softMargin)...min(shape.height - 1, h + softMargin) {
                    for nw in max(0, w - softMargin)...min(shape.width - 1, w + softMargin) {
                        let place = shape.index(nd, nh, nw)
                        if seen.insert(place).inserted {
                            total += Double(probability.voxels[place])
                        }
                    }
                }
            }
        }
        return total
    }
}
