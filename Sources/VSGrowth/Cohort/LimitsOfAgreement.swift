import RealModule

/// How far two ways of measuring the same volumes agree: Bland and Altman's bias and 95 % limits of
/// agreement on ln V, with 95 % confidence intervals (Bland and Altman 1999, Stat Methods Med Res 8:135).
///
/// d = ln(first / second), bias = mean d, limits = bias ± 1.96 s with s the standard deviation of d
/// (n - 1). The standard error of the bias is s / √n, that of a limit s √(1/n + 1.96² / (2 (n - 1)));
/// intervals use Student's t with n - 1 degrees of freedom. Pairs are taken as independent, which
/// several exams of one patient are not quite.
public struct LimitsOfAgreement: Sendable, Hashable, Codable {
    /// A number with its 95 % confidence interval.
    public struct Estimate: Sendable, Hashable, Codable {
        /// The number.
        public let value: Double
        /// The interval's lower end.
        public let low: Double
        /// The interval's upper end.
        public let high: Double

        /// The estimate, of a difference of logarithms, as a difference in percent: 100 (exp(x) - 1).
        public var percent: Estimate {
            func turned(_ x: Double) -> Double { 100 * (.exp(x) - 1) }
            return Estimate(value: turned(value), low: turned(low), high: turned(high))
        }
    }

    /// Pairs.
    public let count: Int
    /// The standard deviation of d.
    public let logSD: Double
    /// The mean of d.
    public let bias: Estimate
    /// The limit that 2.5 % of differences fall below.
    public let lower: Estimate
    /// The limit that 2.5 % of differences exceed.
    public let upper: Estimate

    /// The agreement of pairs of positive volumes, mm³; nil for fewer than two, or for one that is not
    /// a positive number.
    public init?(_ pairs: [(first: Double, second: Double)]) {
        guard pairs.count >= 2,
            pairs.allSatisfy({
                $0.first > 0 && $0.second > 0 && $0.first.isFinite && $0.second.isFinite
            })
        else { return nil }
        let differences = pairs.map { Double.log($0.first / $0.second) }
        let n = Double(differences.count)
        let mean = differences.reduce(0, +) / n
        let square = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let sd = (square / (n - 1)).squareRoot()
        let t = StudentT.quantile(0.975, degreesOfFreedom: n - 1)
        let half = t * sd / n.squareRoot()
        let wide = t * sd * (1 / n + 1.96 * 1.96 / (2 * (n - 1))).squareRoot()
        func estimate(_ value: Double, _ half: Double) -> Estimate {
            Estimate(value: value, low: value - half, high: value + half)
        }
        count = pairs.count
        logSD = sd
        bias = estimate(mean, half)
        lower = estimate(mean - 1.96 * sd, wide)
        upper = estimate(mean + 1.96 * sd, wide)
    }
}

/// Bands of volume in which agreement is reported, as it differs by size.
public enum AgreementBand: String, Sendable, Codable, CaseIterable {
    /// Below 200 mm³, where 20 % lies within the error of readers (Cornelissen 2024).
    case small = "under 200"
    /// 200 to below 1000 mm³.
    case medium = "200 to 1000"
    /// 1000 mm³ and more.
    case large = "1000 and over"

    /// The band of a pair, by the geometric mean of its volumes.
    public init(first: Double, second: Double) {
        let mean = (first * second).squareRoot()
        self = mean < 200 ? .small : mean < 1000 ? .medium : .large
    }
}
