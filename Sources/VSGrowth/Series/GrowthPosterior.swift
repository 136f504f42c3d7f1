import RealModule

/// What all exams of an untreated tumour together say of its true growth, given the prior.
///
/// Unlike the change between two exams, these probabilities know how often tumours grow, stop and
/// shrink, and that an outline may be grossly wrong. They are as good as the prior: docs/GROWTH.md says
/// how often they were right in simulated clinics, also in ones unlike the prior.
public struct GrowthPosterior: Sendable, Hashable, Codable {
    /// The probability that the volume truly rose by the rule's threshold or more since the first exam.
    public let probabilityOfThreshold: Double
    /// The probability that it truly fell by the rule's threshold or more.
    public let probabilityOfShrinkage: Double
    /// The most central true change since the first exam (the median), percent.
    public let medianPercent: Double
    /// The true change is below this with 2.5 % probability, percent.
    public let lowPercent: Double
    /// The true change is above this with 2.5 % probability, percent.
    public let highPercent: Double
    /// The probability that the last exam has a gross error.
    public let probabilityOfGrossError: Double

    /// Of exams in order of date; nil for fewer than two, or for exams of one day.
    init?(_ mixture: CourseMixture?, rule: GrowthRule) {
        guard let mixture else { return nil }
        func percent(_ probability: Double) -> Double {
            100 * (.exp(mixture.change(at: probability)) - 1)
        }
        probabilityOfThreshold =
            mixture.probabilities(ofChange: VolumeChange.logThreshold(rule.growthPercent)).atLeast
        probabilityOfShrinkage =
            mixture.probabilities(ofChange: VolumeChange.logThreshold(rule.shrinkagePercent)).below
        medianPercent = percent(0.5)
        lowPercent = percent(0.025)
        highPercent = percent(0.975)
        probabilityOfGrossError = mixture.probabilityOfGrossError
    }
}

/// The volume that is to be expected at a coming exam, measured like the last.
public struct VolumePrediction: Sendable, Hashable, Codable {
    /// The day of the exam.
    public let date: ExamDate
    /// The median, mm³.
    public let volumeMm3: Double
    /// A measurement is below this with 2.5 % probability, mm³.
    public let lowMm3: Double
    /// A measurement is above this with 2.5 % probability, mm³.
    public let highMm3: Double

    /// For a day after the last of at least two exams; else nil.
    init?(_ exams: [VolumeMeasurement], on date: ExamDate, rule: GrowthRule) {
        guard let last = exams.last, last.date < date,
            let mixture = CourseMixture(
                exams, prior: rule.prior, error: rule.error,
                aheadYears: last.date.years(to: date))
        else { return nil }
        self.date = date
        let logVolume = mixture.forecast.measured(withSD: last.relativeSD)
        volumeMm3 = .exp(logVolume.quantile(0.5))
        lowMm3 = .exp(logVolume.quantile(0.025))
        highMm3 = .exp(logVolume.quantile(0.975))
    }
}
