import RealModule

/// The boundary error delta of a model, from tumours that did not change between two scans.
///
/// Of a pair, D = ln(V2 / V1) less what is known of a true change is normal about zero with the
/// variance sigma1² + sigma2² of ``MeasurementErrorModel``: (6 delta / d)² of either scan, d the
/// diameter of the sphere of the geometric mean of both volumes, and the slices' terms, which do not
/// hold delta and are taken as known. Now and then a scan has a gross error on top, another part
/// outlined and not a rough outline. ``BoundaryLikelihood`` says which pairs more probably than not hold
/// one; they count as failures and leave delta alone, which is the one of greatest likelihood of all
/// others. The interval holds every delta whose log likelihood lies less than 1.92 below (likelihood
/// ratio, chi² of one degree of freedom at 95 %). Without slice terms delta is the root of
/// mean(D² d² / 72). A delta of the whole mixture would be too small for a pair's error bar, as gross
/// errors then explain every somewhat large difference.
public struct BoundaryCalibration: Sendable, Hashable, Codable {
    /// One tumour measured twice.
    public struct Pair: Sendable, Hashable {
        /// The volume on the first scan, mm³; positive.
        public var firstMm3: Double
        /// The volume on the second scan, mm³; positive.
        public var secondMm3: Double
        /// The distance between slices of the first scan, mm.
        public var firstSliceSpacingMm: Double
        /// The distance between slices of the second scan, mm.
        public var secondSliceSpacingMm: Double
        /// ln of the true volumes' ratio; zero for a tumour that did not change.
        public var trueLogChange: Double

        /// Makes a pair.
        public init(
            firstMm3: Double, secondMm3: Double, firstSliceSpacingMm: Double,
            secondSliceSpacingMm: Double, trueLogChange: Double = 0
        ) {
            self.firstMm3 = firstMm3
            self.secondMm3 = secondMm3
            self.firstSliceSpacingMm = firstSliceSpacingMm
            self.secondSliceSpacingMm = secondSliceSpacingMm
            self.trueLogChange = trueLogChange
        }

        /// ln(V2 / V1) less the true change.
        public var logDifference: Double { .log(secondMm3 / firstMm3) - trueLogChange }

        /// The standard deviation of ``logDifference`` at a delta in mm.
        public func logSD(boundarySDMm delta: Double) -> Double {
            variance(delta * delta).squareRoot()
        }

        func variance(_ deltaSquare: Double) -> Double {
            let mean = (firstMm3 * secondMm3).squareRoot()
            let slices = MeasurementErrorModel(boundarySDMm: 0)
            let first = slices.relativeSD(
                volumeMm3: mean, sliceSpacingMm: firstSliceSpacingMm)
            let second = slices.relativeSD(
                volumeMm3: mean, sliceSpacingMm: secondSliceSpacingMm)
            let diameter = VolumeConversion.equivalentDiameterMm(volumeMm3: mean)
            return 72 * deltaSquare / (diameter * diameter) + first * first + second * second
        }
    }

    /// The fewest pairs that a delta is taken from; its interval is wide even then.
    public static let fewestPairs = 8
    /// Where delta is looked for, mm.
    static let range = 0.001...10.0

    /// Pairs it rests on.
    public let pairs: Int
    /// Delta, mm.
    public let boundarySDMm: Double
    /// The lower end of its 95 % interval, mm; the least that is looked for, 0.001, where the slices'
    /// terms explain all.
    public let lowMm: Double
    /// The upper end, mm.
    public let highMm: Double
    /// The share of scans with a gross error that is likeliest at that delta; the prior's own counts as a
    /// hundred scans.
    public let grossErrorShare: Double
    /// Pairs that more probably than not have a gross error.
    public let grossPairs: Int
    /// What delta would be if there were no gross errors, and all differences were of the boundary, mm.
    public let allAsBoundaryMm: Double
    /// The mean of D over its standard deviation, times the root of the pairs, of those without a gross
    /// error: beyond 2 or so one of the scans is measured larger than the other throughout, and delta
    /// means less.
    public let biasStandardErrors: Double
    /// The share of pairs whose D lies within 1.96 of its standard deviation; 95 % is expected of those
    /// without a gross error.
    public let withinPercent: Double

    /// The delta of pairs; nil for fewer than ``fewestPairs`` or a volume that is not positive.
    ///
    /// - Parameters:
    ///   - all: the pairs.
    ///   - prior: says how large gross errors are and how many were to be expected; a share of 0 knows
    ///     none.
    public init?(_ all: [Pair], prior: GrowthPrior = GrowthPrior()) {
        guard all.count >= Self.fewestPairs,
            all.allSatisfy({
                $0.firstMm3 > 0 && $0.secondMm3 > 0 && $0.logDifference.isFinite
                    && $0.firstSliceSpacingMm >= 0 && $0.secondSliceSpacingMm >= 0
            })
        else { return nil }
        var pure = prior
        pure.grossErrorShare = 0
        let mixture = BoundaryLikelihood(all, prior: prior)
        let first = Self.likeliest(mixture)
        let share = mixture.best(first).share
        let usual = all.filter {
            mixture.grossProbability($0, delta: first, share: share) <= 0.5
        }
        let likelihood = BoundaryLikelihood(usual, prior: pure)
        let delta = Self.likeliest(likelihood)
        let limit = likelihood.best(delta).value - 1.920_729
        pairs = all.count
        boundarySDMm = delta
        lowMm = Self.crossing(likelihood, limit, inside: delta, outside: Self.range.lowerBound)
        highMm = Self.crossing(likelihood, limit, inside: delta, outside: Self.range.upperBound)
        grossErrorShare = mixture.best(delta).share
        grossPairs = all.count - usual.count
        allAsBoundaryMm = Self.likeliest(BoundaryLikelihood(all, prior: pure))
        func scaled(_ pairs: [Pair]) -> [Double] {
            pairs.map { $0.logDifference / $0.logSD(boundarySDMm: delta) }
        }
        biasStandardErrors =
            scaled(usual).reduce(0, +) / Double(max(usual.count, 1)).squareRoot()
        withinPercent =
            100 * Double(scaled(all).count { abs($0) <= 1.96 }) / Double(all.count)
    }

    /// The best of a grid, refined by golden sections between its neighbours.
    private static func likeliest(_ likelihood: BoundaryLikelihood) -> Double {
        let steps = 120
        let (low, high) = (Double.log(range.lowerBound), Double.log(range.upperBound))
        let grid = (0...steps).map { low + (high - low) * Double($0) / Double(steps) }
        let values = grid.map { likelihood.best(.exp($0)).value }
        let best = values.indices.max { values[$0] < values[$1] } ?? 0
        return .exp(
            BoundaryLikelihood.highest(
                from: grid[max(0, best - 1)], to: grid[min(steps, best + 1)], steps: 36
            ) { likelihood.best(.exp($0)).value })
    }

    /// Where the likelihood falls to a limit on the way from one delta to another; the latter where it
    /// does not.
    private static func crossing(
        _ likelihood: BoundaryLikelihood, _ limit: Double, inside: Double, outside: Double
    ) -> Double {
        guard likelihood.best(outside).value < limit else { return outside }
        var (a, b) = (Double.log(inside), Double.log(outside))
        for _ in 0..<40 {
            let middle = (a + b) / 2
            if likelihood.best(.exp(middle)).value < limit { b = middle } else { a = middle }
        }
        return .exp((a + b) / 2)
    }
}
