import RealModule

/// The boundary error delta of a model, from tumours that did not change between two scans.
///
/// Of a pair, D = ln(V2 / V1) less what is known of a true change is normal about zero with the
/// variance sigma1² + sigma2² of ``MeasurementErrorModel``: (6 delta / d)² of either scan, d the
/// diameter of the sphere of the geometric mean of both volumes, and the slices' terms, which do not
/// hold delta and are taken as known. Delta is the one of greatest likelihood; the interval holds
/// every delta whose log likelihood lies less than 1.92 below (likelihood ratio, chi² of one degree
/// of freedom at 95 %). Without slice terms it is the root of mean(D² d² / 72).
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
    /// Where a difference is no longer that of a boundary, standard deviations; of
    /// normal differences one in 370 reaches it.
    public static let grossLimit = 3.0
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
    /// The mean of D over its standard deviation, times the root of the pairs: beyond 2 or so one of
    /// the scans is measured larger than the other throughout, and delta means less.
    public let biasStandardErrors: Double
    /// The share of pairs whose D lies within 1.96 of its standard deviation; 95 % is expected.
    public let withinPercent: Double
    /// Pairs whose D lies beyond ``grossLimit`` of its standard deviation; they count like all others.
    public let grossPairs: Int
    /// What delta would be without those, mm: how far it rests on them; nil where there are none, or
    /// too few others.
    public let withoutGrossMm: Double?

    /// The delta of pairs; nil for fewer than ``fewestPairs`` or a volume that is not positive.
    public init?(_ all: [Pair]) {
        guard all.count >= Self.fewestPairs,
            all.allSatisfy({
                $0.firstMm3 > 0 && $0.secondMm3 > 0 && $0.logDifference.isFinite
                    && $0.firstSliceSpacingMm >= 0 && $0.secondSliceSpacingMm >= 0
            })
        else { return nil }
        let best = Self.likeliest(all)
        let limit = Self.logLikelihood(all, best) - 1.920_729
        pairs = all.count
        boundarySDMm = best
        lowMm = Self.crossing(all, limit, inside: best, outside: Self.range.lowerBound)
        highMm = Self.crossing(all, limit, inside: best, outside: Self.range.upperBound)
        let scaled = all.map { $0.logDifference / $0.logSD(boundarySDMm: best) }
        biasStandardErrors = scaled.reduce(0, +) / Double(all.count).squareRoot()
        withinPercent = 100 * Double(scaled.count { abs($0) <= 1.96 }) / Double(all.count)
        let usual = zip(all, scaled).filter { abs($1) <= Self.grossLimit }.map(\.0)
        grossPairs = all.count - usual.count
        withoutGrossMm =
            usual.count < all.count && usual.count >= Self.fewestPairs
            ? Self.likeliest(usual) : nil
    }

    /// The log likelihood without its constant: -1/2 sum(ln v + D² / v).
    static func logLikelihood(_ all: [Pair], _ delta: Double) -> Double {
        all.reduce(0) { sum, pair in
            // A pair without any error at all has no likelihood; 1e-12 stands for it.
            let variance = max(pair.variance(delta * delta), 1e-12)
            let difference = pair.logDifference
            return sum - (Double.log(variance) + difference * difference / variance) / 2
        }
    }

    /// The best of a grid, refined by golden sections between its neighbours.
    private static func likeliest(_ all: [Pair]) -> Double {
        let steps = 400
        let (low, high) = (Double.log(range.lowerBound), Double.log(range.upperBound))
        let grid = (0...steps).map { low + (high - low) * Double($0) / Double(steps) }
        let values = grid.map { logLikelihood(all, .exp($0)) }
        let best = values.indices.max { values[$0] < values[$1] } ?? 0
        var (a, b) = (grid[max(0, best - 1)], grid[min(steps, best + 1)])
        let golden = (5.0.squareRoot() - 1) / 2
        for _ in 0..<60 {
            let (x, y) = (b - golden * (b - a), a + golden * (b - a))
            if logLikelihood(all, .exp(x)) < logLikelihood(all, .exp(y)) { a = x } else { b = y }
        }
        return .exp((a + b) / 2)
    }

    /// Where the likelihood falls to a limit on the way from one delta to another; the latter where it
    /// does not.
    private static func crossing(
        _ all: [Pair], _ limit: Double, inside: Double, outside: Double
    ) -> Double {
        guard logLikelihood(all, outside) < limit else { return outside }
        var (a, b) = (Double.log(inside), Double.log(outside))
        for _ in 0..<60 {
            let middle = (a + b) / 2
            if logLikelihood(all, .exp(middle)) < limit { b = middle } else { a = middle }
        }
        return .exp((a + b) / 2)
    }
}
