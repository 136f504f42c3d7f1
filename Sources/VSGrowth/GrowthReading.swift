/// All that the numbers of one epoch say, before a class is given.
package struct GrowthReading: Sendable {
    let rule: GrowthRule
    /// The last exam.
    let last: VolumeMeasurement
    /// The exams that are compared, in order of date.
    let compared: [VolumeMeasurement]
    /// The exams of the epoch that are not, as another model measured them.
    let leftOut: Int
    /// The treatment that began the epoch.
    let treatment: Treatment?
    /// The last surgery; a later radiosurgery does not fill the cavity.
    let surgery: Treatment?
    /// The last exam against the others.
    let changes: ReferenceChanges
    let trend: LogLinearTrend?
    let isCreeping: Bool
    let outlier: SeriesOutlier?
    let slopeChange: SlopeChange?
    /// The courses that the exams allow; nil after a treatment, whose courses the prior does not know.
    let courses: CourseMixture?
    /// The probability of a true rise by the rule's threshold or more since the first exam.
    package let probabilityOfRise: Double?

    init(
        compared: [VolumeMeasurement], last: VolumeMeasurement, leftOut: Int,
        treatment: Treatment?, surgery: Treatment?, rule: GrowthRule, grid: RateGrid?
    ) {
        self.rule = rule
        self.last = last
        self.compared = compared
        self.leftOut = leftOut
        self.treatment = treatment
        self.surgery = surgery
        changes = ReferenceChanges(compared, rule: rule)
        let line = LogLinearTrend(compared, error: rule.error)
        trend = line
        isCreeping = Self.isCreeping(compared, trend: line, rule: rule)
        // Swelling that passes follows no line, so that a treated tumour has no outlier.
        outlier =
            treatment == nil
            ? SeriesOutlier(compared, error: rule.error, limit: rule.outlierSD) : nil
        slopeChange = SlopeChange(compared, error: rule.error)
        courses =
            treatment == nil
            ? CourseMixture(compared, prior: rule.prior, error: rule.error, grid: grid) : nil
        probabilityOfRise =
            courses?.probabilities(ofChange: VolumeChange.logThreshold(rule.growthPercent)).atLeast
    }

    /// Whether the last exam follows surgery, and what is compared was not made for that.
    package var isOutOfScope: Bool {
        surgery != nil && !compared.allSatisfy(\.coversPostSurgery)
    }

    /// No step between neighbours reaches the threshold, and the whole does.
    private static func isCreeping(
        _ compared: [VolumeMeasurement], trend: LogLinearTrend?, rule: GrowthRule
    ) -> Bool {
        guard compared.count >= 3, let trend, trend.slopePerYear > 0, trend.isSignificant,
            let first = compared.first, let last = compared.last
        else { return false }
        func percent(_ a: VolumeMeasurement, _ b: VolumeMeasurement) -> Double {
            100 * (b.volumeMm3 - a.volumeMm3) / a.volumeMm3
        }
        return zip(compared, compared.dropFirst()).allSatisfy {
            percent($0, $1) < rule.growthPercent
        } && percent(first, last) >= rule.growthPercent
    }

    /// Whether the last three steps all rose, and by more than error together.
    var hasThreeRises: Bool {
        let four = compared.suffix(4)
        guard four.count == 4, let first = four.first else { return false }
        let isRising = zip(four, four.dropFirst()).allSatisfy { $0.volumeMm3 < $1.volumeMm3 }
        return isRising
            && VolumeChange(from: first, to: last, rule: rule).probabilityOfGrowth >= rule.certainty
    }
}
