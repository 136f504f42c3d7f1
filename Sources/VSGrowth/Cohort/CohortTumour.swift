/// What one tumour adds to a cohort.
public struct CohortTumour: Sendable, Hashable, Codable {
    /// The first exam.
    public let firstExam: ExamDate
    /// The last exam that was judged.
    public let lastExam: ExamDate
    /// The exam that first showed growth; nil without it.
    public let grownOn: ExamDate?
    /// Exams that were judged.
    public let exams: Int
    /// Specific growth rate per year: the slope of the trend with three exams or more, else of the two
    /// exams; nil for exams too close for rates.
    public let growthRatePerYear: Double?

    /// Watches an untreated tumour by a rule: from its first exam to the first that is classed
    /// `growing` or `rapid` against it, to the last, or to its first treatment.
    ///
    /// Only exams of the last exam's source and model are taken, as in the curve's own class.
    /// - Returns: nil for fewer than two exams before treatment.
    public init?(_ curve: GrowthCurve, rule: GrowthRule) {
        let end = curve.treatments.map(\.date).min()
        let untreated = curve.measurements.filter { one in end.map { one.date <= $0 } ?? true }
        guard let model = untreated.last?.model else { return nil }
        let judged = untreated.filter { $0.model == model }
        guard judged.count >= 2, let first = judged.first, let last = judged.last,
            last.date > first.date
        else { return nil }
        grownOn = judged.indices.dropFirst().first { index in
            let seen = GrowthCurve(Array(judged[...index])).assessment(by: rule)
            return [.growing, .rapid].contains(seen?.growthClass)
        }.map { judged[$0].date }
        firstExam = first.date
        lastExam = last.date
        exams = judged.count
        growthRatePerYear =
            LogLinearTrend(judged)?.slopePerYear
            ?? VolumeChange(from: first, to: last, rule: rule).specificGrowthRatePerYear
    }

    /// The time to growth, or to the end of watching.
    public var observation: Observation {
        Observation(years: firstExam.years(to: grownOn ?? lastExam), hasGrown: grownOn != nil)
    }
}

/// Quantiles of a sample.
public enum Quantile {
    /// The quantile `p` of values by linear interpolation between order statistics (type 7 of Hyndman
    /// and Fan 1996); nil for an empty sample.
    public static func of(_ values: [Double], _ p: Double) -> Double? {
        let sorted = values.sorted()
        guard let last = sorted.last else { return nil }
        let place = Double(sorted.count - 1) * min(max(p, 0), 1)
        let low = Int(place)
        guard low + 1 < sorted.count else { return last }
        return sorted[low] + (place - Double(low)) * (sorted[low + 1] - sorted[low])
    }
}
