/// The distribution of ln V of a measurement to come: a mixture of normal distributions.
package struct VolumeForecast: Sendable {
    /// One course: its probability, and the true ln V it leads to.
    struct Part {
        let mass, mean, variance: Double
    }

    let parts: [Part]

    /// The probability that a measurement gives at most this ln V, V in mm³.
    ///
    /// - Parameters:
    ///   - logVolume: ln V.
    ///   - measurementSD: the standard deviation of ln V of the measurement to come.
    /// - Returns: the probability.
    package func probability(below logVolume: Double, measurementSD: Double) -> Double {
        parts.reduce(0) { sum, part in
            let spread = part.variance + measurementSD * measurementSD
            let z = (logVolume - part.mean) / spread.squareRoot()
            return sum + part.mass * NormalDistribution.cumulative(z)
        }
    }

    /// The ln V that a measurement exceeds with probability 1 - `probability`.
    func logVolume(at probability: Double, measurementSD: Double) -> Double {
        CourseMixture.solve(from: -5, to: 25) {
            self.probability(below: $0, measurementSD: measurementSD) < probability
        }
    }
}
