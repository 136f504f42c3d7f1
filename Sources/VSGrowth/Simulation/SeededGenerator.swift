import RealModule

/// Random numbers that a seed decides: SplitMix64 (Steele, Lea and Flood 2014).
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// A stream of its own for each pair of numbers.
    package init(seed: UInt64, stream: UInt64 = 0) {
        state = seed
        let mixed = next() ^ (stream &* 0xD1B5_4A32_D192_ED03)
        state = mixed
        state = next()
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// Even between 0 and 1, neither of which it reaches.
    mutating func uniform() -> Double { (Double(next() >> 12) + 0.5) / 4_503_599_627_370_496 }

    /// Even between two numbers.
    mutating func uniform(_ range: ClosedRange<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
    }

    /// Whether something of this probability happens.
    mutating func chance(_ probability: Double) -> Bool { uniform() < probability }

    /// Standard normal (Box and Muller 1958).
    mutating func normal() -> Double {
        (-2 * Double.log(uniform())).squareRoot() * Double.cos(2 * .pi * uniform())
    }

    /// Log-normal.
    mutating func logNormal(median: Double, logSD: Double) -> Double {
        median * .exp(logSD * normal())
    }
}
