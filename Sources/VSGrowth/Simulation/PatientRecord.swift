import RealModule

/// What each rule said of a virtual patient at each exam after the first, beside the truth.
package struct PatientRecord: Sendable {
    /// The exams after the first, years since it.
    let years: [Double]
    /// Whether the true volume had risen by the threshold at each.
    let hasGrown: [Bool]
    /// When it first had, years; nil where it had not by the last exam.
    let crossing: Double?
    /// Scores by rule, in the order of ``DetectionRule/allCases``.
    let scores: [[Double]]
    /// The probability of a true rise by the threshold.
    let probabilities: [Double]
    /// Whether the class was flagged, and whether it was one of sure growth.
    let isFlagged, isGrowing: [Bool]
    /// Where the last exam fell in the forecast made at the exam before, 0 to 1; nil with two exams.
    let forecastPlace: Double?

    /// Follow-up without true growth, years.
    var yearsWithout: Double { crossing ?? years.last ?? 0 }

    /// Reads a patient's exams one after the other, as a clinic would.
    init(_ patient: VirtualPatient, rule: GrowthRule, grid: RateGrid) {
        let readings = patient.measurements.indices.dropFirst().compactMap { index in
            GrowthCurve(Array(patient.measurements[...index])).reading(by: rule, grid: grid)
        }
        let threshold = VolumeChange.logThreshold(rule.growthPercent)
        let judges = readings.map(GrowthJudge.init)
        let law = patient.law
        years = Array(patient.years.dropFirst())
        hasGrown = years.map { law.logChange(years: $0) >= threshold }
        crossing = law.crossing(threshold, by: patient.years.last ?? 0)
        scores = DetectionRule.allCases.map { rule in readings.map(rule.score) }
        probabilities = readings.map { $0.probabilityOfRise ?? 0 }
        isFlagged = judges.map(\.isFlagged)
        isGrowing = judges.map { $0.growthClass == .growing || $0.growthClass == .rapid }
        forecastPlace = Self.forecastPlace(patient.measurements, rule, grid)
    }

    private static func forecastPlace(
        _ measurements: [VolumeMeasurement], _ rule: GrowthRule, _ grid: RateGrid
    ) -> Double? {
        guard measurements.count >= 3, let last = measurements.last else { return nil }
        let earlier = Array(measurements.dropLast())
        guard let before = earlier.last,
            let mixture = CourseMixture(
                earlier, prior: rule.prior, error: rule.error, grid: grid,
                aheadYears: before.date.years(to: last.date))
        else { return nil }
        return mixture.forecast.measured(withSD: before.relativeSD).cumulative(last.logVolume)
    }
}
