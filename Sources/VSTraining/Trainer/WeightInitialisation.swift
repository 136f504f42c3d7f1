import Foundation
package import VSNetwork

extension ParameterValues {
    /// Random weights of variance 2 / fan-in (He et al., ICCV 2015), normalisations at identity,
    /// biases zero and PReLU slopes 0.25; the same for the same seed.
    package static func random(
        _ architecture: Architecture, seed: UInt64
    ) -> ParameterValues {
        var values = ParameterValues(layout: ParameterLayout(architecture))
        var random = StepRandom(seed: seed, step: -1)
        for entry in values.layout.parameters {
            if entry.name.hasSuffix("norm.weight") {
                for place in entry.range { values.parameters[place] = 1 }
            } else if entry.name.hasSuffix("act.weight") {
                for place in entry.range { values.parameters[place] = 0.25 }
            } else if entry.shape.count == 5 {
                // Inputs that reach one output: of a transposed convolution, one tap's along an axis
                // of two, and of three taps, two apart, one and a half on average.
                let isUpsample = entry.name.hasPrefix("upsample")
                let taps = entry.shape[2...].reduce(1.0) { $0 * ($1 == 3 ? 1.5 : 1) }
                let fan =
                    isUpsample
                    ? Double(entry.shape[0]) * taps
                    : Double(entry.shape[1...].reduce(1, *))
                let deviation = (2 / fan).squareRoot()
                for place in entry.range {
                    values.parameters[place] = Float(random.normal() * deviation)
                }
            }
        }
        return values
    }
}
