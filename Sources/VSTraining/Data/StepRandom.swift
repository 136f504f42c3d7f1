import Foundation

/// Random numbers that depend only on a seed and a step's number.
///
/// A resumed run so draws what an uninterrupted one would have drawn. SplitMix64 (Steele et al., OOPSLA 2014).
package struct StepRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64, step: Int) {
        state = seed &+ UInt64(bitPattern: Int64(step)) &* 0xD1B5_4A32_D192_ED03
        _ = next()
        _ = next()
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Uniform in the range.
    package mutating func uniform(_ range: ClosedRange<Double>) -> Double {
        Double.random(in: range, using: &self)
    }

    /// Standard normal (Box and Muller).
    package mutating func normal() -> Double {
        let radius = (-2 * log(1 - Double.random(in: 0..<1, using: &self))).squareRoot()
        return radius * cos(2 * .pi * Double.random(in: 0..<1, using: &self))
    }

    /// True with the given probability.
    package mutating func chance(_ probability: Double) -> Bool {
        Double.random(in: 0..<1, using: &self) < probability
    }
}
