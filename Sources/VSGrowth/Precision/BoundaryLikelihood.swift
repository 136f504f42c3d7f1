import RealModule

/// How well a boundary error and a share of gross errors explain tumours that were measured twice.
///
/// Either scan of a pair has a gross error with probability p, independently. D is then normal with
/// the variance v of ``BoundaryCalibration/Pair``, with v + s² where one scan has one, and with v + 2 s²
/// where both have, s being ``GrowthPrior/grossErrorSD``. The prior's own share counts as a hundred
/// scans seen before, so that pairs without a failure do not say that there are none.
struct BoundaryLikelihood {
    /// Scans that the prior's share of gross errors counts as.
    static let priorScans = 100.0
    /// Where the share is looked for.
    private static let shares = 1e-6...0.3

    private let pairs: [BoundaryCalibration.Pair]
    private let prior: GrowthPrior

    init(_ pairs: [BoundaryCalibration.Pair], prior: GrowthPrior) {
        self.pairs = pairs
        self.prior = prior
    }

    /// The share of gross errors that goes best with a delta, mm, and the logarithm of likelihood times
    /// prior there, without its constant.
    func best(_ delta: Double) -> (share: Double, value: Double) {
        let (variances, squares) = terms(delta)
        guard prior.grossErrorShare > 0 else { return (0, value(0, variances, squares)) }
        let share = Self.highest(
            from: .log(Self.shares.lowerBound), to: .log(Self.shares.upperBound), steps: 28
        ) { value(.exp($0), variances, squares) }
        return (.exp(share), value(.exp(share), variances, squares))
    }

    /// The probability that either scan of a pair has a gross error.
    func grossProbability(_ pair: BoundaryCalibration.Pair, delta: Double, share: Double) -> Double
    {
        let variance = max(pair.variance(delta * delta), 1e-12)
        let square = pair.logDifference * pair.logDifference
        let parts = densities(share, variance, square)
        return 1 - parts.none / parts.all
    }

    private func terms(_ delta: Double) -> (variances: [Double], squares: [Double]) {
        (
            // A pair without any error at all has no likelihood; 1e-12 stands for it.
            pairs.map { max($0.variance(delta * delta), 1e-12) },
            pairs.map { $0.logDifference * $0.logDifference }
        )
    }

    private func value(_ share: Double, _ variances: [Double], _ squares: [Double]) -> Double {
        guard share > 0 else {
            return zip(variances, squares).reduce(0) { sum, pair in
                sum - (Double.log(pair.0) + pair.1 / pair.0) / 2
            }
        }
        let seen = Self.priorScans * prior.grossErrorShare
        let start = seen * .log(share) + (Self.priorScans - seen) * .log(1 - share)
        return zip(variances, squares).reduce(start) {
            // Far from all parts the densities underflow.
            $0 + .log(max(densities(share, $1.0, $1.1).all, 1e-300))
        }
    }

    /// The densities of D with no gross error, and with all cases together.
    private func densities(
        _ share: Double, _ variance: Double, _ square: Double
    ) -> (none: Double, all: Double) {
        func density(_ variance: Double) -> Double {
            .exp(-square / variance / 2) / variance.squareRoot()
        }
        let gross = prior.grossErrorSD * prior.grossErrorSD
        let none = (1 - share) * (1 - share) * density(variance)
        let one = 2 * share * (1 - share) * density(variance + gross)
        return (none, none + one + share * share * density(variance + 2 * gross))
    }

    /// Where a function with one peak is highest, by golden sections.
    static func highest(
        from low: Double, to high: Double, steps: Int, _ value: (Double) -> Double
    ) -> Double {
        var (a, b) = (low, high)
        let golden = (5.0.squareRoot() - 1) / 2
        var (x, y) = (b - golden * (b - a), a + golden * (b - a))
        var (atX, atY) = (value(x), value(y))
        for _ in 0..<steps {
            if atX < atY {
                (a, x, atX) = (x, y, atY)
                y = a + golden * (b - a)
                atY = value(y)
            } else {
                (b, y, atY) = (y, x, atX)
                x = b - golden * (b - a)
                atX = value(x)
            }
        }
        return (a + b) / 2
    }
}
