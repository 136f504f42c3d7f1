/// The volumes of one tumour over time, with its treatments.
public struct GrowthCurve: Sendable, Hashable {
    /// The measurements in order of date.
    public let measurements: [VolumeMeasurement]
    /// The treatments in order of date.
    public let treatments: [Treatment]

    /// Makes a curve; order does not matter.
    public init(_ measurements: [VolumeMeasurement], treatments: [Treatment] = []) {
        self.measurements = measurements.sorted { $0.date < $1.date }
        self.treatments = treatments.sorted { $0.date < $1.date }
    }

    /// What the curve says by a rule; nil without a measurement.
    ///
    /// Only exams of the last exam's model are compared, unless mixed sources are allowed, which
    /// widens the error of a comparison by the rule's `sourceSD`. A treatment begins an epoch whose
    /// baseline is the last exam before it (within half a year) or the first after it. Untreated
    /// tumours are judged against baseline, treated ones against the epoch's smallest volume when
    /// that is later.
    public func assessment(
        by rule: GrowthRule = .init(), allowingMixedSources: Bool = false
    ) -> GrowthAssessment? {
        guard
            let reading = reading(by: rule, allowingMixedSources: allowingMixedSources, grid: nil)
        else { return nil }
        let judge = GrowthJudge(reading)
        let growthClass = judge.growthClass
        let (last, first) = (reading.last.date, measurements[0].date)
        let nextExam = rule.schedule.next(
            after: last, first: first, isFlagged: judge.isFlagged, treatment: reading.treatment,
            probabilityOfGrowth: reading.changes.baseline?.probabilityOfGrowth)
        return GrowthAssessment(
            growthClass: growthClass, isFlagged: judge.isFlagged,
            sentence: GrowthSentence(judge).text(for: growthClass),
            againstBaseline: reading.changes.baseline, againstPrevious: reading.changes.previous,
            againstNadir: reading.changes.nadir, trend: reading.trend,
            isCreeping: reading.isCreeping, outlier: reading.outlier,
            slopeChange: reading.slopeChange,
            posterior: GrowthPosterior(reading.courses, rule: rule),
            prediction: reading.courses == nil
                ? nil
                : VolumePrediction(
                    reading.compared, on: nextExam ?? last.adding(months: 12), rule: rule),
            compared: reading.compared, leftOut: reading.leftOut, treatment: reading.treatment,
            nextExam: nextExam,
            nextYearRiskPercent: reading.treatment == nil && growthClass == .stable
                ? rule.risk.percent(afterYears: first.years(to: last)) : nil)
    }

    /// The last exam against those it is compared with; nil without a measurement.
    ///
    /// The part of ``assessment(by:allowingMixedSources:)`` that takes no time.
    public func changes(
        by rule: GrowthRule = .init(), allowingMixedSources: Bool = false
    ) -> ReferenceChanges? {
        guard let last = measurements.last else { return nil }
        return ReferenceChanges(
            epoch(of: last).filter { allowingMixedSources || $0.model == last.model }, rule: rule)
    }

    /// The statistics of the last exam's epoch; nil without a measurement.
    ///
    /// - Parameters:
    ///   - rule: the thresholds and the error model.
    ///   - allowingMixedSources: compares exams of different models or readers.
    ///   - grid: the grid of the rule's prior, where many curves are read.
    /// - Returns: the numbers, before a class is given.
    package func reading(
        by rule: GrowthRule, allowingMixedSources: Bool = false, grid: RateGrid?
    ) -> GrowthReading? {
        guard let last = measurements.last else { return nil }
        let treatment = treatment(before: last)
        let epoch = epoch(of: last)
        let compared = epoch.filter { allowingMixedSources || $0.model == last.model }
        guard !compared.isEmpty else { return nil }
        return GrowthReading(
            compared: compared, last: last, leftOut: epoch.count - compared.count,
            treatment: treatment,
            surgery: treatments.last { $0.kind == .surgery && $0.date < last.date }, rule: rule,
            grid: grid)
    }

    private func treatment(before exam: VolumeMeasurement) -> Treatment? {
        treatments.last { $0.date < exam.date }
    }

    /// The exams since the last treatment, with the planning exam before it; all of them without one.
    private func epoch(of last: VolumeMeasurement) -> [VolumeMeasurement] {
        guard let treatment = treatment(before: last) else { return measurements }
        let after = measurements.filter { $0.date > treatment.date }
        guard treatment.kind == .radiosurgery,
            let planning = measurements.last(where: { $0.date <= treatment.date }),
            planning.date.years(to: treatment.date) <= 0.5
        else { return after }
        return [planning] + after
    }
}
