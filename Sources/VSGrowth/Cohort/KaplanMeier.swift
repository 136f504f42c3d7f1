import RealModule

/// How long one tumour was watched, and whether it grew then.
public struct Observation: Sendable, Hashable, Codable {
    /// Years from the first exam to growth, or to the last exam without it.
    public let years: Double
    /// Whether growth was seen; otherwise watching ended, by the present or by a treatment.
    public let hasGrown: Bool

    /// Makes an observation.
    public init(years: Double, hasGrown: Bool) {
        self.years = years
        self.hasGrown = hasGrown
    }
}

/// The Kaplan-Meier estimate of the probability to be free of growth.
///
/// The variance of ln S is Greenwood's sum of d / (n (n - d)). Intervals are 95 %, by the log-log
/// transformation (Kalbfleisch and Prentice), so that they stay within 0 and 1. Growth counts at the
/// exam that showed it, so the curve falls later than the tumours grew.
public struct KaplanMeier: Sendable, Hashable, Codable {
    /// The curve just after one time of growth.
    public struct Step: Sendable, Hashable, Codable {
        /// Years since the first exam.
        public let years: Double
        /// Tumours watched until then and not grown before.
        public let atRisk: Int
        /// Tumours that grew then.
        public let grown: Int
        /// The probability to be free of growth.
        public let survival: Double
        /// Its interval's lower end.
        public let low: Double
        /// Its interval's upper end.
        public let high: Double
        /// Greenwood's sum, the variance of ln S.
        let logVariance: Double
    }

    /// The times at which tumours grew, ascending.
    public let steps: [Step]
    /// All observations' years, ascending.
    private let times: [Double]

    /// The estimate; observations of negative length are left out.
    ///
    /// An observation that ends without growth at the very time of another's growth is at risk then.
    public init(_ observations: [Observation]) {
        let sorted = observations.filter { $0.years >= 0 }.sorted { $0.years < $1.years }
        times = sorted.map(\.years)
        var steps: [Step] = []
        var survival = 1.0
        var variance = 0.0
        var index = 0
        while index < sorted.count {
            let start = index
            let years = sorted[start].years
            while index < sorted.count, sorted[index].years == years { index += 1 }
            let grown = sorted[start..<index].count(where: \.hasGrown)
            guard grown > 0 else { continue }
            let (n, d) = (Double(sorted.count - start), Double(grown))
            survival *= 1 - d / n
            variance += n > d ? d / (n * (n - d)) : 0
            let (low, high) = Self.interval(survival, variance)
            steps.append(
                Step(
                    years: years, atRisk: sorted.count - start, grown: grown, survival: survival,
                    low: low, high: high, logVariance: variance))
        }
        self.steps = steps
    }

    /// Observations.
    public var count: Int { times.count }

    /// The longest time that a tumour was watched, years; 0 without one.
    public var lastYears: Double { times.last ?? 0 }

    /// The observations that were watched for at least so many years and had not grown before.
    public func atRisk(years: Double) -> Int { times.count { $0 >= years } }

    /// The last step at or before a time; nil before the first.
    public func step(at years: Double) -> Step? { steps.last { $0.years <= years } }

    /// The first time at which half of the tumours have grown; nil where that was not reached.
    public var medianYears: Double? { steps.first { $0.survival <= 0.5 }?.years }

    /// The risk to grow within a year, given no growth until it begins: 1 - S(year) / S(year - 1).
    ///
    /// The interval is by the log-log transformation of the ratio, whose log has the variance that
    /// Greenwood's sum gains within the year.
    /// - Parameter year: 1 is the first.
    /// - Returns: the risk, its interval (nil without growth in the year), and the tumours at risk when
    ///   the year begins; nil where none is.
    public func conditionalRisk(
        inYear year: Int
    ) -> (risk: Double, low: Double?, high: Double?, atRisk: Int)? {
        let (from, to) = (Double(year - 1), Double(year))
        let watched = year == 1 ? count : times.count { $0 > from }
        let before = step(at: from)
        let start = before?.survival ?? 1
        guard watched > 0, start > 0 else { return nil }
        guard let after = step(at: to), after.years > from || year == 1 else {
            return (0, nil, nil, watched)
        }
        let ratio = after.survival / start
        let variance = after.logVariance - (before?.logVariance ?? 0)
        guard ratio > 0, ratio < 1 else { return (1 - ratio, nil, nil, watched) }
        let (low, high) = Self.interval(ratio, variance)
        return (1 - ratio, 1 - high, 1 - low, watched)
    }

    /// The log-log interval of a probability whose log has a variance.
    private static func interval(_ p: Double, _ variance: Double) -> (low: Double, high: Double) {
        guard p > 0, p < 1 else { return (p, p) }
        let spread = 1.96 * variance.squareRoot() / abs(Double.log(p))
        return (.pow(p, .exp(spread)), .pow(p, .exp(-spread)))
    }
}
