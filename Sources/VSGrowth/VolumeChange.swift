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

    /// The change from `first` to `second`.
    public init(
        from first: VolumeMeasurement, to second: VolumeMeasurement, rule: GrowthRule
    ) {
        from = first.date
        to = second.date
        let change: Double = .log(second.volumeMm3 / first.volumeMm3)
        logChange = change
        percent = 100 * (second.volumeMm3 - first.volumeMm3) / first.volumeMm3
        let added = first.differsInProtocol(from: second) ? rule.error.protocolSD : 0
        let mixed = first.model == second.model ? 0 : rule.error.sourceSD
        let variance =
            first.relativeSD * first.relativeSD + second.relativeSD * second.relativeSD
            + added * added + mixed * mixed
        let sigma = variance.squareRoot()
        logSD = sigma
        smallestDetectablePercent =
            100 * (MeasurementErrorModel.smallestDetectableRatio(differenceSD: sigma) - 1)
        let certain = change > 0 ? 1.0 : change < 0 ? 0.0 : 0.5
        probabilityOfGrowth =
            sigma > 0 ? NormalDistribution.cumulative(change / sigma) : certain
        let beyond = change - .log(1 + rule.growthPercent / 100)
        probabilityOfThreshold =
            sigma > 0 ? NormalDistribution.cumulative(beyond / sigma) : (beyond >= 0 ? 1 : 0)
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
        diameterRateMmPerYear =
            (second.equivalentDiameterMm - first.equivalentDiameterMm) / years
    }
}
