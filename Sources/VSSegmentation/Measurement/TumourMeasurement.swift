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
    /// The largest distance between two voxel centres of one slice, mm.
    ///
    /// Of the whole tumour, so not the extrameatal diameter of the Tokyo consensus.
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

    /// Measures all components of a mask as one tumour.
    ///
    /// - Parameters:
    ///   - mask: the tumour; all numbers are zero where it is empty.
    ///   - probability: on the mask's grid.
    public init(of mask: Mask, probability: ProbabilityMap) {
        self.init(ConnectedComponents(mask).components, probability: probability)
    }

    /// Measures the components that make up one tumour, on the probabilities' grid.
    public init(
        _ components: [ConnectedComponents.Component], probability: ProbabilityMap
    ) {
        let (affine, shape) = (probability.affine, probability.shape)
        let voxels = components.flatMap(\.voxels).sorted()
        let rows = RowSpan.rows(of: voxels, shape: shape)
        let diameter = MaximalDiameter(rows, affine)
        volumeMm3 = Double(voxels.count) * affine.voxelVolumeMm3
        equivalentDiameterMm = pow(6 * volumeMm3 / .pi, 1.0 / 3)
        maximalDiameterMm = diameter.overallMm
        maximalAxialDiameterMm = diameter.withinSliceMm
        sliceCount = Set(rows.map(\.d)).count
        componentCount = components.count
        abc2Mm3 = Self.abc2(rows, affine)
        let sum = voxels.reduce(into: SIMD3<Double>.zero) { $0 += shape.place($1) }
        let mid = sum / Double(max(1, voxels.count))
        centroid = affine.point(mid.x, mid.y, mid.z)
        peakProbability = Double(voxels.reduce(0) { max($0, probability.voxels[$1]) })
        softVolumeMm3 = SoftVolume.sum(around: rows, probability) * affine.voxelVolumeMm3
    }

    /// Half the product of the extents along the patient's axes, a voxel's own extent included:
    /// centres span one voxel less than the tumour does.
    private static func abc2(_ rows: [RowSpan], _ affine: Affine) -> Double {
        guard !rows.isEmpty else { return 0 }
        var low = SIMD3<Double>(repeating: .infinity)
        var high = -low
        for row in rows {
            for w in [row.first, row.last] {
                let point = affine.point(Double(row.d), Double(row.h), Double(w))
                low = pointwiseMin(low, point)
                high = pointwiseMax(high, point)
            }
        }
        var voxel = SIMD3<Double>.zero
        for step in [affine.depthStep, affine.heightStep, affine.widthStep] {
            voxel += pointwiseMax(step, -step)
        }
        let extent = high - low + voxel
        return extent.x * extent.y * extent.z / 2
    }
}

/// The sum of probabilities of a tumour and its rim, which sees growth below one voxel.
enum SoftVolume {
    /// How far the rim reaches beyond the tumour's voxels: one slice, two rows, two columns.
    static let margin = (slices: 1, rows: 2, columns: 2)

    /// The sum over the rows of a component and the rim around them.
    static func sum(around rows: [RowSpan], _ probability: ProbabilityMap) -> Double {
        let shape = probability.shape
        // For each row of the rim the columns it covers; rows of a tumour are close to convex, so
        // gaps within a row count as inside.
        var spans: [Int: ClosedRange<Int>] = [:]
        for row in rows {
            let columns =
                max(
                    0, row.first - margin.columns)...min(
                    shape.width - 1, row.last + margin.columns)
            for d in max(0, row.d - margin.slices)...min(shape.depth - 1, row.d + margin.slices) {
                for h in max(0, row.h - margin.rows)...min(shape.height - 1, row.h + margin.rows) {
                    let start = shape.index(d, h, 0)
                    let other = spans[start] ?? columns
                    spans[start] =
                        min(
                            other.lowerBound, columns.lowerBound)...max(
                            other.upperBound, columns.upperBound)
                }
            }
        }
        var total = 0.0
        // In ascending order, so that the sum has the same bits each time.
        for (start, columns) in spans.sorted(by: { $0.key < $1.key }) {
            for w in columns { total += Double(probability.voxels[start + w]) }
        }
        return total
    }
}
