/// The distribution of the true ln V on a day to come: a mixture of normal distributions.
package struct VolumeForecast: Sendable {
    /// One course: its probability, and the true ln V it leads to.
    struct Part {
        let mass, mean, variance: Double
    }

    let parts: [Part]

    /// The distribution of ln V as it will be measured, V in mm³.
    ///
    /// - Parameter measurementSD: the standard deviation of ln V of the measurement to come.
    /// - Returns: the distribution.
    package func measured(withSD measurementSD: Double) -> NormalMixture {
        NormalMixture(
            parts.map { part in
                let variance = part.variance + measurementSD * measurementSD
                return (part.mass, part.mean, variance.squareRoot())
            })
    }
}
