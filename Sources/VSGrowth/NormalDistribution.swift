import RealModule

/// The standard normal distribution.
public enum NormalDistribution {
    /// The probability of a value below `z`: (1 + erf(z / sqrt 2)) / 2.
    public static func cumulative(_ z: Double) -> Double {
        .erfc(-z / Double(2).squareRoot()) / 2
    }
}
