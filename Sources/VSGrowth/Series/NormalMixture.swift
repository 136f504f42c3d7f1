/// A mixture of normal distributions.
package struct NormalMixture: Sendable {
    private struct Part {
        let mass, mean: Double
        /// One over the standard deviation: thousands of parts are asked often.
        let scale: Double
    }

    private let parts: [Part]
    private let mean: Double
    private let sd: Double

    /// Of parts whose masses are one together, or nearly so.
    init(_ parts: [(mass: Double, mean: Double, sd: Double)]) {
        self.parts = parts.map { Part(mass: $0.mass, mean: $0.mean, scale: 1 / $0.sd) }
        let total = parts.reduce(0) { $0 + $1.mass }
        let mean = parts.reduce(0) { $0 + $1.mass * $1.mean } / total
        let variance = parts.reduce(0) { sum, part in
            let off = part.mean - mean
            return sum + part.mass * (off * off + part.sd * part.sd)
        }
        self.mean = mean
        sd = (variance / total).squareRoot()
    }

    /// The probability of at most `value`.
    package func cumulative(_ value: Double) -> Double {
        parts.reduce(0) {
            $0 + $1.mass * NormalDistribution.cumulative((value - $1.mean) * $1.scale)
        }
    }

    /// The value that is exceeded with probability 1 - `probability`, which is in (0, 1).
    package func quantile(_ probability: Double) -> Double {
        // Cantelli's inequality says where to look.
        let odds = probability / (1 - probability)
        let below = sd / odds.squareRoot() + 1e-6
        let above = sd * odds.squareRoot() + 1e-6
        return QuantileSearch.value(
            at: probability, in: mean - below...mean + above, cumulative)
    }
}
