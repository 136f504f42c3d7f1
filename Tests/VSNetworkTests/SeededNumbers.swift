/// The same numbers for the same seed on every machine (xorshift64*, Vigna 2016).
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }

    /// Uniform between -1 and 1.
    mutating func float() -> Float { Float.random(in: -1...1, using: &self) }

    /// `count` numbers between -1 and 1.
    mutating func floats(_ count: Int) -> [Float] { (0..<count).map { _ in float() } }
}
