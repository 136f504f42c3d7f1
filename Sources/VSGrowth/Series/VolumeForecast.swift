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

    /// The values of ln V that a measurement exceeds with probability 1 - each of `probabilities`.
    func logVolumes(at probabilities: [Double], measurementSD: Double) -> [Double] {
        // Thousands of courses, each asked often: what does not change is made once.
        let courses = parts.map { part in
            let spread = part.variance + measurementSD * measurementSD
            return (mass: part.mass, mean: part.mean, scale: 1 / spread.squareRoot())
        }
        let total = parts.reduce(0) { $0 + $1.mass }
        let mean = parts.reduce(0) { $0 + $1.mass * $1.mean } / total
        let variance = parts.reduce(0) {
            let off = $1.mean - mean
            return $0 + $1.mass * (off * off + $1.variance + measurementSD * measurementSD)
        }
        let sd = (variance / total).squareRoot()
        return probabilities.map { probability in
            // Cantelli's inequality says where to look.
            let below = sd * ((1 - probability) / probability).squareRoot()
            let above = sd * (probability / (1 - probability)).squareRoot()
            return QuantileSearch.value(
                at: probability, in: mean - below - 1e-6...mean + above + 1e-6
            ) { value in
                courses.reduce(0) {
                    $0 + $1.mass * NormalDistribution.cumulative((value - $1.mean) * $1.scale)
                }
            }
        }
    }
}
