import Foundation

/// Two systems compared case by case: paired t-test and Wilcoxon's signed-rank test, two-sided.
public struct PairedComparison: Sendable, Equatable, Codable {
    /// Cases.
    public let count: Int
    /// The mean of first minus second.
    public let meanDifference: Double
    /// Student's t; nil where all differences are equal.
    public let t: Double?
    /// Its p-value with count - 1 degrees of freedom.
    public let tP: Double?
    /// Wilcoxon's statistic: the smaller of the two rank sums; nil without a difference.
    public let wilcoxon: Double?
    /// Its p-value: exact up to 50 cases without ties or zeros, by the normal approximation
    /// (no continuity correction, variance corrected for ties) otherwise.
    public let wilcoxonP: Double?

    /// Compares two lists of equal length; nil for fewer than two cases, or for a
    /// value that is not a finite number.
    public init?(_ first: [Double], _ second: [Double]) {
        guard first.count == second.count, first.count >= 2 else { return nil }
        let differences = zip(first, second).map { $0 - $1 }
        guard differences.allSatisfy(\.isFinite) else { return nil }
        let n = Double(differences.count)
        let mean = differences.reduce(0, +) / n
        let variance = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
        count = differences.count
        meanDifference = mean
        if variance > 0 {
            let value = mean / (variance / n).squareRoot()
            t = value
            tP = IncompleteBeta.value((n - 1) / (n - 1 + value * value), a: (n - 1) / 2, b: 0.5)
        } else {
            t = nil
            tP = nil
        }
        let ranks = SignedRanks(differences)
        wilcoxon = ranks.map { min($0.positive, $0.negative) }
        wilcoxonP = ranks?.probability
    }
}

/// The rank sums of positive and negative differences; zeros are left out, ties share a rank.
private struct SignedRanks {
    let positive: Double
    let negative: Double
    private let count: Int
    private let tieCorrection: Double
    private let hasZeros: Bool

    init?(_ differences: [Double]) {
        let sorted = differences.filter { $0 != 0 }.sorted { abs($0) < abs($1) }
        guard !sorted.isEmpty else { return nil }
        var positive = 0.0
        var negative = 0.0
        var ties = 0.0
        var start = 0
        while start < sorted.count {
            var end = start
            while end < sorted.count, abs(sorted[end]) == abs(sorted[start]) { end += 1 }
            let size = Double(end - start)
            let rank = Double(start + end + 1) / 2
            for value in sorted[start..<end] {
                if value > 0 { positive += rank } else { negative += rank }
            }
            ties += size * size * size - size
            start = end
        }
        self.positive = positive
        self.negative = negative
        count = sorted.count
        tieCorrection = ties
        hasZeros = sorted.count < differences.count
    }

    var probability: Double {
        tieCorrection == 0 && !hasZeros && count <= 50 ? exact : approximate
    }

    /// From the number of subsets of 1...n with each sum.
    private var exact: Double {
        let largest = count * (count + 1) / 2
        var ways = [Double](repeating: 0, count: largest + 1)
        ways[0] = 1
        for rank in 1...count {
            for sum in stride(from: largest, through: rank, by: -1) {
                ways[sum] += ways[sum - rank]
            }
        }
        let statistic = Int(min(positive, negative).rounded())
        let below = ways[0...statistic].reduce(0, +)
        return min(1, 2 * below / pow(2, Double(count)))
    }

    private var approximate: Double {
        let n = Double(count)
        let mean = n * (n + 1) / 4
        let variance = n * (n + 1) * (2 * n + 1) / 24 - tieCorrection / 48
        let z = (min(positive, negative) - mean) / variance.squareRoot()
        return min(1, erfc(-z / 2.0.squareRoot()))
    }
}

/// The regularised incomplete beta function by Lentz's continued fraction (Press et al., Numerical
/// Recipes, section 6.4).
private enum IncompleteBeta {
    static func value(_ x: Double, a: Double, b: Double) -> Double {
        guard x > 0 else { return 0 }
        guard x < 1 else { return 1 }
        let gammas: Double = logGamma(a + b) - logGamma(a) - logGamma(b)
        let powers: Double = a * log(x) + b * log(1 - x)
        let front = exp(gammas + powers)
        return x < (a + 1) / (a + b + 2)
            ? front * fraction(x, a, b) / a : 1 - front * fraction(1 - x, b, a) / b
    }

    private static func logGamma(_ x: Double) -> Double {
        var sign: Int32 = 0
        return lgamma_r(x, &sign)
    }

    private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
        let tiny = 1e-300
        var c = 1.0
        var d = 1 - (a + b) * x / (a + 1)
        d = 1 / (abs(d) < tiny ? tiny : d)
        var result = d
        for step in 1...300 {
            let m = Double(step)
            let twice = a + 2 * m
            let even: Double = m * (b - m) * x / ((twice - 1) * twice)
            let odd: Double = -(a + m) * (a + b + m) * x / (twice * (twice + 1))
            for numerator in [even, odd] {
                d = 1 + numerator * d
                d = 1 / (abs(d) < tiny ? tiny : d)
                c = 1 + numerator / c
                if abs(c) < tiny { c = tiny }
                result *= d * c
            }
            if abs(d * c - 1) < 1e-15 { break }
        }
        return result
    }
}
