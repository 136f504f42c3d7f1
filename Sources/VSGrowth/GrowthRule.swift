/// The thresholds that decide a class; kept with each result.
///
/// A clinic may keep its own, whole or in part, as JSON; what it leaves out keeps the default.
public struct GrowthRule: Sendable, Hashable, Codable {
    /// Growth is this much above the reference, percent (the commonest cut-off; Cornelissen 2024).
    public var growthPercent = 20.0
    /// Shrinkage is this much below the reference, percent.
    public var shrinkagePercent = -20.0
    /// The linear rule, shown beside the volume's and deciding nothing: growth of the diameter, mm.
    public var linearGrowthMm = 2.0
    /// Change is beyond error when its probability reaches this (two-sided 95 %).
    public var certainty = 0.975
    /// Growing, too, where all exams together make a true rise by ``growthPercent`` this probable.
    public var growthProbability = 0.95
    /// Possible growth that rests on a large but unsure change alone is flagged from this probability
    /// of a true rise by ``growthPercent`` on.
    public var flagProbability = 0.25
    /// No rates between exams closer than this, days: their noise grows as 1 / t.
    public var shortestRateDays = 90
    /// Rapid growth: the equivalent diameter grows by this, mm per year (Paldor 2016).
    public var rapidDiameterMmPerYear = 4.0
    /// Rapid growth: the volume doubles within this, years.
    public var rapidDoublingYears = 1.0
    /// Enlargement within this long of radiosurgery is called early swelling, months (Ruess 2023).
    public var earlySwellingMonths = 12
    /// No call of progression by consecutive rises within this long of radiosurgery, months.
    public var shortestProgressionMonths = 24
    /// Later enlargement is called progression only after this long, months; late swelling before.
    public var progressionMonths = 36
    /// A volume this many standard errors off the line of the others is an outlier in time.
    public var outlierSD = 3.0
    /// The error of measurement.
    public var error = MeasurementErrorModel()
    /// What is believed of a course before its exams are seen.
    public var prior = GrowthPrior()
    /// When a next exam is suggested.
    public var schedule = ExamSchedule()
    /// Risk of growth in a year given none before, percent, for the years since the first exam.
    public var risk = ConditionalRisk()

    /// The defaults.
    public init() {}

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case growthPercent, shrinkagePercent, linearGrowthMm, certainty, growthProbability
        case flagProbability, shortestRateDays, rapidDiameterMmPerYear, rapidDoublingYears
        case earlySwellingMonths, shortestProgressionMonths, progressionMonths, outlierSD
        case error, prior, schedule, risk
    }

    /// Reads what is given; the rest keeps its default.
    ///
    /// A name that is not known is an error.
    public init(from decoder: any Decoder) throws {
        let text = try PartialContainer(decoder, CodingKeys.self)
        try text.fill(&growthPercent, .growthPercent)
        try text.fill(&shrinkagePercent, .shrinkagePercent)
        try text.fill(&linearGrowthMm, .linearGrowthMm)
        try text.fill(&certainty, .certainty)
        try text.fill(&growthProbability, .growthProbability)
        try text.fill(&flagProbability, .flagProbability)
        try text.fill(&shortestRateDays, .shortestRateDays)
        try text.fill(&rapidDiameterMmPerYear, .rapidDiameterMmPerYear)
        try text.fill(&rapidDoublingYears, .rapidDoublingYears)
        try text.fill(&earlySwellingMonths, .earlySwellingMonths)
        try text.fill(&shortestProgressionMonths, .shortestProgressionMonths)
        try text.fill(&progressionMonths, .progressionMonths)
        try text.fill(&outlierSD, .outlierSD)
        try text.fill(&error, .error)
        try text.fill(&prior, .prior)
        try text.fill(&schedule, .schedule)
        try text.fill(&risk, .risk)
    }

    /// What makes the rule unusable, as a clause; nil where it can be used.
    public var problem: String? {
        if !(growthPercent > 0 && growthPercent < 1000) {
            return "growthPercent is not between 0 and 1000"
        }
        if !(shrinkagePercent > -100 && shrinkagePercent < 0) {
            return "shrinkagePercent is not between -100 and 0"
        }
        for (name, value) in [
            ("certainty", certainty), ("growthProbability", growthProbability),
        ] where !(value > 0.5 && value < 1) { return "\(name) is not between 0.5 and 1" }
        if !(flagProbability >= 0 && flagProbability < 1) {
            return "flagProbability is not between 0 and 1"
        }
        let positive = [linearGrowthMm, rapidDiameterMmPerYear, rapidDoublingYears, outlierSD]
        guard positive.allSatisfy({ $0 > 0 && $0 < 1000 }), shortestRateDays > 0 else {
            return "a threshold is not positive"
        }
        let months = [0, earlySwellingMonths, shortestProgressionMonths, progressionMonths]
        guard months == months.sorted(), progressionMonths <= 240 else {
            return "the months after radiosurgery are not in order: early swelling, first possible "
                + "progression, end of swelling"
        }
        return error.problem ?? prior.problem ?? schedule.problem ?? risk.problem
    }
}
