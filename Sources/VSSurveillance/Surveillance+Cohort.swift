public import VSGrowth
public import VSStore

/// All tumours of the store together.
public struct Cohort: Sendable {
    /// The risk to grow within a year, given no growth before.
    public struct YearlyRisk: Sendable {
        /// The year since the first exam; 1 is the first.
        public let year: Int
        /// Tumours watched without growth when the year begins; nil where none is.
        public let atRisk: Int?
        /// The risk, percent; nil where none is at risk.
        public let riskPercent: Double?
        /// Its 95 % interval's lower end; nil where no tumour grew in the year.
        public let lowPercent: Double?
        /// Its 95 % interval's upper end.
        public let highPercent: Double?
        /// A published risk, percent; nil beyond year five.
        public let publishedPercent: Double?
    }

    /// Tumours with two comparable exams or more before any treatment.
    public let tumours: [CohortTumour]
    /// Tumours left out, having fewer.
    public let leftOut: Int
    /// The probability to be free of growth.
    public let survival: KaplanMeier
    /// The risk of each year.
    public let risks: [YearlyRisk]
    /// What was done in each calendar year.
    public let years: [YearAudit]

    /// Conditional risk of growth in years 1 to 5, percent, given none so far, of a published series
    /// that counted from diagnosis and by its own rule.
    public static let publishedRiskPercent: [Double] = [21, 12, 9, 3, 2]

    init(_ tumours: [CohortTumour], leftOut: Int, years: [YearAudit]) {
        self.tumours = tumours
        self.leftOut = leftOut
        self.years = years
        let survival = KaplanMeier(tumours.map(\.observation))
        self.survival = survival
        let last = tumours.map { $0.firstExam.years(to: $0.lastExam) }.max() ?? 0
        let count = max(Self.publishedRiskPercent.count, min(15, Int(last.rounded(.up))))
        risks = (1...count).map { year in
            let own = survival.conditionalRisk(inYear: year)
            let published = Self.publishedRiskPercent
            return YearlyRisk(
                year: year, atRisk: own?.atRisk, riskPercent: own.map { 100 * $0.risk },
                lowPercent: own?.low.map { 100 * $0 }, highPercent: own?.high.map { 100 * $0 },
                publishedPercent: year <= published.count ? published[year - 1] : nil)
        }
    }

    /// Quantiles of the specific growth rate per year over the tumours that have one: p and value.
    public var growthRates: [(p: Double, perYear: Double)] {
        let rates = tumours.compactMap(\.growthRatePerYear)
        return [0.05, 0.25, 0.5, 0.75, 0.95].compactMap { p in
            Quantile.of(rates, p).map { (p, $0) }
        }
    }
}

extension Surveillance {
    /// The cohort of all patients by the rule in force.
    ///
    /// - Throws: `StoreError` where the store cannot be read.
    public func cohort() throws -> Cohort {
        var tumours: [CohortTumour] = []
        var leftOut = 0
        try store.forEachCurve { curve in
            if let tumour = CohortTumour(curve, rule: rule) {
                tumours.append(tumour)
            } else {
                leftOut += 1
            }
        }
        return Cohort(tumours, leftOut: leftOut, years: try store.yearAudits())
    }
}
