import RealModule

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
    /// widens the error of a comparison by the rule's `sourceSD`. A treatment begins an epoch whose baseline
    /// is the last exam before it (within half a year) or the first after it. Untreated tumours are
    /// judged against baseline, treated ones against the epoch's smallest volume when that is later.
    public func assessment(
        by rule: GrowthRule = .init(), allowingMixedSources: Bool = false
    ) -> GrowthAssessment? {
        guard let last = measurements.last else { return nil }
        let treatment = treatments.last { $0.date < last.date }
        let epoch = epoch(since: treatment)
        let compared = epoch.filter { allowingMixedSources || $0.model == last.model }
        let leftOut = epoch.count - compared.count
        guard let baseline = compared.first else { return nil }
        let earlier = compared.dropLast()
        let nadir = earlier.min { $0.volumeMm3 < $1.volumeMm3 }
        func change(_ first: VolumeMeasurement?) -> VolumeChange? {
            first.map { VolumeChange(from: $0, to: last, rule: rule) }
        }
        let againstBaseline = earlier.isEmpty ? nil : change(baseline)
        let againstPrevious = change(earlier.last)
        let againstNadir = change(nadir)
        let trend = LogLinearTrend(compared)
        let creeping = isCreeping(compared, trend: trend, rule: rule)
        let judge = GrowthJudge(
            rule: rule, last: last, baseline: againstBaseline, nadir: againstNadir, trend: trend,
            isCreeping: creeping, treatment: treatment,
            surgery: treatments.last { $0.kind == .surgery && $0.date < last.date },
            leftOut: leftOut)
        let growthClass = judge.growthClass
        return GrowthAssessment(
            growthClass: growthClass, sentence: judge.sentence(for: growthClass),
            againstBaseline: againstBaseline, againstPrevious: againstPrevious,
            againstNadir: againstNadir, trend: trend, isCreeping: creeping, compared: compared,
            leftOut: leftOut, treatment: treatment,
            nextExam: ExamSchedule.next(
                after: last.date, class: growthClass, first: measurements[0].date,
                treatment: treatment,
                probabilityOfGrowth: againstBaseline?.probabilityOfGrowth))
    }

    /// The exams since a treatment, with the planning exam before it; all of them without one.
    private func epoch(since treatment: Treatment?) -> [VolumeMeasurement] {
        guard let treatment else { return measurements }
        let after = measurements.filter { $0.date > treatment.date }
        guard treatment.kind == .radiosurgery,
            let planning = measurements.last(where: { $0.date <= treatment.date }),
            planning.date.years(to: treatment.date) <= 0.5
        else { return after }
        return [planning] + after
    }

    /// No step between neighbours reaches the threshold, and the whole does.
    private func isCreeping(
        _ compared: [VolumeMeasurement], trend: LogLinearTrend?, rule: GrowthRule
    ) -> Bool {
        guard compared.count >= 3, let trend, trend.slopePerYear > 0, trend.isSignificant,
            let first = compared.first, let last = compared.last
        else { return false }
        let steps = zip(compared, compared.dropFirst()).map {
            VolumeChange(from: $0, to: $1, rule: rule).percent
        }
        let whole = VolumeChange(from: first, to: last, rule: rule)
        return steps.allSatisfy { $0 < rule.growthPercent } && whole.percent >= rule.growthPercent
    }
}
