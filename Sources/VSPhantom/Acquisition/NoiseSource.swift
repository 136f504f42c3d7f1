/// Rician noise: the magnitude of the image plus complex Gaussian noise.
///
/// Normal numbers come from a table of 65 536, four at a time from one hash; the table is drawn by
/// Box and Muller, so it is Gaussian to about 4.5 standard deviations.
struct NoiseSource {
    private var random: CounterRandom
    private let sd: Float
    private let share: Float
    private static let table: [Float] = {
        var random = CounterRandom(seed: 0x6E6F_6973_65)
        return (0..<65536).map { _ in Float(random.normal()) }
    }()

    /// `smoothness` is how much of each neighbour along the row is mixed in, 0 to 1.
    init(sd: Float, smoothness: Float, random: inout CounterRandom) {
        self.random = CounterRandom(seed: random.next())
        share = 0.5 * smoothness
        // The mix keeps the standard deviation.
        self.sd = sd / (1 + 2 * share * share).squareRoot()
    }

    /// Replaces a slice by its noisy magnitude.
    mutating func makeRician(_ plane: UnsafeMutableBufferPointer<Float>, width: Int) {
        guard sd > 0, width > 0 else { return }
        var real = [Float](repeating: 0, count: width + 4)
        var imaginary = real
        for start in stride(from: 0, to: plane.count, by: width) {
            fill(&real, &imaginary)
            for w in 0..<width {
                let a =
                    plane[start + w]
                    + sd * (real[w + 1] + share * (real[w] + real[w + 2]))
                let b = sd * (imaginary[w + 1] + share * (imaginary[w] + imaginary[w + 2]))
                plane[start + w] = (a * a + b * b).squareRoot()
            }
        }
    }

    private mutating func fill(_ real: inout [Float], _ imaginary: inout [Float]) {
        Self.table.withUnsafeBufferPointer { table in
            for at in stride(from: 0, to: real.count - 1, by: 2) {
                let bits = random.next()
                real[at] = table[Int(bits & 0xFFFF)]
                imaginary[at] = table[Int(bits >> 16 & 0xFFFF)]
                real[at + 1] = table[Int(bits >> 32 & 0xFFFF)]
                imaginary[at + 1] = table[Int(bits >> 48)]
            }
        }
    }
}
