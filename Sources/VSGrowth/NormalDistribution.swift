import RealModule

/// The standard normal distribution.
public enum NormalDistribution {
    /// The probability of a value below `z`: (1 + erf(z / sqrt 2)) / 2.
    public static func cumulative(_ z: Double) -> Double {
        .erfc(-z / Double(2).squareRoot()) / 2
    }

    /// The probability between two values, exact in either tail; zero where `high` is not above `low`.
    static func mass(from low: Double, to high: Double) -> Double {
        low > 0
            ? cumulative(-low) - cumulative(-high) : cumulative(high) - cumulative(low)
    }

    /// The density at `z`.
    static func density(_ z: Double) -> Double {
        .exp(-z * z / 2) / (2 * Double.pi).squareRoot()
    }
}
