import RealModule

/// Student's t distribution.
public enum StudentT {
    /// The value that a variable with `degreesOfFreedom` stays below with probability `p`.
    ///
    /// - Parameters:
    ///   - p: between 0 and 1, both excluded.
    ///   - n: the degrees of freedom, positive; need not be whole.
    /// - Returns: the quantile, to about 1e-10 of its size; NaN outside these ranges.
    public static func quantile(_ p: Double, degreesOfFreedom n: Double) -> Double {
        guard p > 0, p < 1, n > 0 else { return .nan }
        if p < 0.5 { return -quantile(1 - p, degreesOfFreedom: n) }
        var high = 1.0
        while cumulative(high, degreesOfFreedom: n) < p, high < 1e12 { high *= 2 }
        var low = 0.0
        for _ in 0..<200 where high - low > 1e-12 * high {
            let middle = (low + high) / 2
            if cumulative(middle, degreesOfFreedom: n) < p { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }

    /// The probability of a value below `t`, by the incomplete beta function.
    public static func cumulative(_ t: Double, degreesOfFreedom n: Double) -> Double {
        let tail = incompleteBeta(n / (n + t * t), a: n / 2, b: 0.5) / 2
        return t < 0 ? tail : 1 - tail
    }

    /// The regularised incomplete beta function by Lentz's continued fraction (Press et al., Numerical
    /// Recipes, section 6.4).
    private static func incompleteBeta(_ x: Double, a: Double, b: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        let gammas: Double = .logGamma(a + b) - .logGamma(a) - .logGamma(b)
        let powers: Double = a * .log(x) + b * .log(1 - x)
        let front: Double = .exp(gammas + powers)
        return x < (a + 1) / (a + b + 2)
            ? front * fraction(x, a, b) / a : 1 - front * fraction(1 - x, b, a) / b
    }

    private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let tiny = 1e-300
        func away(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
        var c = 1.0
        var d = 1 / away(1 - (a + b) * x / (a + 1))
        var h = d
        for step in 1...300 {
            let m = Double(step)
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            d = 1 / away(1 + even * d)
            c = away(1 + even / c)
            h *= d * c
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            d = 1 / away(1 + odd * d)
            c = away(1 + odd / c)
            h *= d * c
            if abs(d * c - 1) < 1e-15 { break }
        }
        return h
    }
}
