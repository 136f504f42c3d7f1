/// Looks for quantiles of a distribution that is costly to evaluate.
package enum QuantileSearch {
    /// The value that is exceeded with probability 1 - `probability`.
    ///
    /// Inverse quadratic interpolation where the last three points allow it, else bisection
    /// (Chandrupatla 1997, Advances in Engineering Software 28, 145-149): on a smooth distribution half of
    /// bisection's evaluations or fewer, at a jump about as many.
    /// - Parameters:
    ///   - probability: in (0, 1).
    ///   - range: holds the value; below it lies no probability to speak of, above it none either.
    ///   - tolerance: half of what the value may be off by.
    ///   - cumulative: the probability of at most a value.
    /// - Returns: the value.
    package static func value(
        at probability: Double, in range: ClosedRange<Double>, tolerance: Double = 2e-10,
        _ cumulative: (Double) -> Double
    ) -> Double {
        // The value lies between the latest point and the one opposite; `before` is the one that the
        // latest took the place of. `off` is how far the probability there is from the one wanted.
        var latest = (at: range.upperBound, off: 1 - probability)
        var opposite = (at: range.lowerBound, off: -probability)
        var share = 0.5
        while true {
            let at = latest.at + share * (opposite.at - latest.at)
            let off = cumulative(at) - probability
            var before = latest
            if (off < 0) != (latest.off < 0) { (before, opposite) = (opposite, latest) }
            latest = (at, off)
            let least = tolerance / abs(opposite.at - latest.at)
            if least > 0.5 || off == 0 || off.isNaN {
                return abs(latest.off) <= abs(opposite.off) ? latest.at : opposite.at
            }
            let place = (latest.at - opposite.at) / (before.at - opposite.at)
            let height = (latest.off - opposite.off) / (before.off - opposite.off)
            share = 0.5
            if height * height < place, (1 - height) * (1 - height) < 1 - place {
                share =
                    latest.off / (opposite.off - latest.off)
                    * before.off / (opposite.off - before.off)
                    + (before.at - latest.at) / (opposite.at - latest.at)
                    * latest.off / (before.off - latest.off)
                    * opposite.off / (before.off - opposite.off)
            }
            share = min(max(share, least), 1 - least)
        }
    }
}
