import Foundation

/// A small counter-based random generator: number `n` of a stream is a hash of key and `n`.
///
/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014) is applied to a Weyl sequence. A stream is
/// named by integers, so that any part of a patient can be drawn again without drawing what came
/// before it, on any thread. The same names give the same numbers on every machine.
public struct CounterRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// The stream named by a seed and any number of further integers.
    public init(seed: UInt64, _ names: UInt64...) {
        var key = Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15)
        for name in names { key = Self.mix(key ^ Self.mix(name &+ 0xD1B5_4A32_D192_ED03)) }
        state = key
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// The next uniform number in [0, 1).
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// The next uniform number in the range.
    public mutating func uniform(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * uniform()
    }

    /// The next normal number (Box and Muller, one of the pair).
    public mutating func normal(mean: Double = 0, sd: Double = 1) -> Double {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return mean + sd * radius * cos(2 * .pi * uniform())
    }

    /// True with the given probability.
    public mutating func chance(_ probability: Double) -> Bool { uniform() < probability }

    /// The next integer in `0 ..< count`.
    public mutating func index(_ count: Int) -> Int {
        min(count - 1, Int(uniform() * Double(count)))
    }

    /// A 64-bit hash in which every input bit flips about half of the output's.
    static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
