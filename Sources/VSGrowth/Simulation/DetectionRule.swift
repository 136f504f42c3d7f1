import RealModule

/// A rule that says "it grew" where its score reaches a threshold.
package enum DetectionRule: String, Sendable, Codable, CaseIterable {
    /// The probability of a true rise by 20 %, from all exams.
    case allExams = "all-exams"
    /// The change against baseline in standard deviations of its error.
    case beyondError = "beyond-error"
    /// 20 % against the exam before.
    case previousPercent = "20-percent-previous"
    /// 20 % against baseline.
    case baselinePercent = "20-percent-baseline"
    /// 2 mm of diameter against baseline; that of the sphere of the volume, so without reading error.
    case diameter = "2-mm"

    /// The words for a table.
    package var title: String {
        switch self {
        case .allExams: "all exams together"
        case .beyondError: "beyond error, baseline"
        case .previousPercent: "20 % to the exam before"
        case .baselinePercent: "20 % to baseline"
        case .diameter: "2 mm to baseline"
        }
    }

    /// The rules in use, which ours is held against.
    package static let plain = [DetectionRule.previousPercent, .baselinePercent, .diameter]

    /// The threshold a rule has by its name; a probability of one half, or 1.96, for ours.
    package func nominalThreshold(_ rule: GrowthRule) -> Double {
        switch self {
        case .allExams: 0
        case .beyondError: 1.96
        case .previousPercent, .baselinePercent: rule.growthPercent
        case .diameter: rule.linearGrowthMm
        }
    }

    /// The score after the last of the exams that were read; of ``allExams`` the log odds.
    func score(_ reading: GrowthReading) -> Double {
        let baseline = reading.changes.baseline
        switch self {
        case .allExams:
            guard let courses = reading.courses else { return -.infinity }
            let odds = courses.probabilities(
                ofChange: VolumeChange.logThreshold(reading.rule.growthPercent))
            return .log(odds.atLeast) - .log(odds.below)
        case .beyondError: return baseline.map { $0.logChange / $0.logSD } ?? -.infinity
        case .previousPercent: return reading.changes.previous?.percent ?? -.infinity
        case .baselinePercent: return baseline?.percent ?? -.infinity
        case .diameter: return baseline?.diameterChangeMm ?? -.infinity
        }
    }
}
