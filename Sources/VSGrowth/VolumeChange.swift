import RealModule

/// The change between two measurements of one tumour by one model.
public struct VolumeChange: Sendable, Hashable, Codable {
    /// The day of the reference exam.
    public let from: ExamDate
    /// The day of the later exam.
    public let to: ExamDate
    /// 100 (V2 - V1) / V1.
    public let percent: Double
    /// ln (V2 / V1).
    public let logChange: Double
    /// The standard deviation of ``logChange`` from measurement error.
    public let logSD: Double
    /// The smallest increase that error does not explain with 95 % probability, percent.
    public let smallestDetectablePercent: Double
    /// The probability that the tumour grew at all: Phi(ln(V2/V1) / sigma).
    public let probabilityOfGrowth: Double
    /// The probability that it truly grew by at least the rule's threshold.
    public let probabilityOfThreshold: Double
    /// Specific growth rate, ln(V2/V1) / years (Mehrara 2007); nil for exams too close for rates.
    public let specificGrowthRatePerYear: Double?
    /// Compound annual growth, percent; nil as above.
    public let annualGrowthPercent: Double?
    /// ln 2 / SGR, years; negative for halving; nil where the change is within its error.
    public let doublingTimeYears: Double?
    /// The change of the equivalent diameter per year, mm; nil for exams too close for rates.
    public let diameterRateMmPerYear: Double?
    /// The change of the equivalent diameter, mm.
    public let diameterChangeMm: Double
    /// Whether the linear rule calls it growth; shown beside the volume's and decides nothing.
    public let isBeyondLinearRule: Bool

    /// The change from `first` to `second`.
    public init(
        from first: VolumeMeasurement, to second: VolumeMeasurement, rule: GrowthRule
    ) {
        from = first.date
        to = second.date
        let change: Double = .log(second.volumeMm3 / first.volumeMm3)
        logChange = change
        percent = 100 * (second.volumeMm3 - first.volumeMm3) / first.volumeMm3
        let variance =
            first.relativeSD * first.relativeSD + second.relativeSD * second.relativeSD
            + SeriesCovariance.addedVariance(first, second, rule.error)
        let sigma = variance.squareRoot()
        logSD = sigma
        smallestDetectablePercent =
            100 * (MeasurementErrorModel.smallestDetectableRatio(differenceSD: sigma) - 1)
        let certain = change > 0 ? 1.0 : change < 0 ? 0.0 : 0.5
        probabilityOfGrowth =
            sigma > 0 ? NormalDistribution.cumulative(change / sigma) : certain
        let beyond = change - Self.logThreshold(rule.growthPercent)
        probabilityOfThreshold =
            sigma > 0 ? NormalDistribution.cumulative(beyond / sigma) : (beyond >= 0 ? 1 : 0)
        diameterChangeMm = second.equivalentDiameterMm - first.equivalentDiameterMm
        isBeyondLinearRule = diameterChangeMm >= rule.linearGrowthMm
        let years = first.date.years(to: second.date)
        let days = second.date.dayNumber - first.date.dayNumber
        guard days >= rule.shortestRateDays else {
            (specificGrowthRatePerYear, annualGrowthPercent) = (nil, nil)
            (doublingTimeYears, diameterRateMmPerYear) = (nil, nil)
            return
        }
        let rate = change / years
        specificGrowthRatePerYear = rate
        annualGrowthPercent = 100 * (.exp(rate) - 1)
        doublingTimeYears = abs(change) > 1.96 * sigma && rate != 0 ? .log(2) / rate : nil
        diameterRateMmPerYear = diameterChangeMm / years
    }

    /// ln (1 + percent / 100).
    static func logThreshold(_ percent: Double) -> Double { .log(1 + percent / 100) }

    /// Writes every key; what is not given is null.
    public func encode(to encoder: any Encoder) throws {
        var keyed = encoder.container(keyedBy: CodingKeys.self)
        try keyed.encode(from, forKey: .from)
        try keyed.encode(to, forKey: .to)
        try keyed.encode(percent, forKey: .percent)
        try keyed.encode(logChange, forKey: .logChange)
        try keyed.encode(logSD, forKey: .logSD)
        try keyed.encode(smallestDetectablePercent, forKey: .smallestDetectablePercent)
        try keyed.encode(probabilityOfGrowth, forKey: .probabilityOfGrowth)
        try keyed.encode(probabilityOfThreshold, forKey: .probabilityOfThreshold)
        try keyed.encode(specificGrowthRatePerYear, forKey: .specificGrowthRatePerYear)
        try keyed.encode(annualGrowthPercent, forKey: .annualGrowthPercent)
        try keyed.encode(doublingTimeYears, forKey: .doublingTimeYears)
        try keyed.encode(diameterRateMmPerYear, forKey: .diameterRateMmPerYear)
        try keyed.encode(diameterChangeMm, forKey: .diameterChangeMm)
        try keyed.encode(isBeyondLinearRule, forKey: .isBeyondLinearRule)
    }
}
