/// Decides the class and words it.
struct GrowthJudge {
    let rule: GrowthRule
    let last: VolumeMeasurement
    let baseline: VolumeChange?
    let nadir: VolumeChange?
    let trend: LogLinearTrend?
    let isCreeping: Bool
    let treatment: Treatment?
    /// The last surgery; a later radiosurgery does not fill the cavity.
    let surgery: Treatment?
    let leftOut: Int

    /// The change that decides: against baseline, or, after a treatment, against the smallest.
    private var deciding: VolumeChange? {
        guard treatment != nil, let nadir, let baseline, nadir.from > baseline.from else {
            return baseline
        }
        return nadir
    }

    var growthClass: GrowthClass {
        if surgery != nil { return .outOfScope }
        guard let deciding else { return leftOut > 0 ? .notComparable : .baseline }
        let plain = untreatedClass(deciding)
        guard let treatment, plain.isEnlargement else { return plain }
        let (date, start) = (last.date, treatment.date)
        if date <= start.adding(months: rule.earlySwellingMonths) { return .earlySwelling }
        if date <= start.adding(months: rule.progressionMonths) { return .lateSwelling }
        return plain
    }

    private func untreatedClass(_ change: VolumeChange) -> GrowthClass {
        let isLarge = change.percent >= rule.growthPercent
        let isSure = change.probabilityOfGrowth >= rule.certainty
        if isLarge && isSure { return isRapid(change) ? .rapid : .growing }
        let isSmall = change.percent <= rule.shrinkagePercent
        let isSurelyLess = 1 - change.probabilityOfGrowth >= rule.certainty
        if isSmall && isSurelyLess { return .shrinking }
        let trendRises = trend.map { $0.isSignificant && $0.slopePerYear > 0 } ?? false
        if isLarge || isSure || isCreeping || trendRises { return .possibleGrowth }
        let trendFalls = trend.map { $0.isSignificant && $0.slopePerYear < 0 } ?? false
        if isSmall || isSurelyLess || trendFalls { return .possibleShrinkage }
        return .stable
    }

    private func isRapid(_ change: VolumeChange) -> Bool {
        if let rate = change.diameterRateMmPerYear, rate >= rule.rapidDiameterMmPerYear {
            return true
        }
        guard let time = change.doublingTimeYears, time > 0 else { return false }
        return time <= rule.rapidDoublingYears
    }

    /// One sentence with the numbers that decided.
    func sentence(for growthClass: GrowthClass) -> String {
        if growthClass == .outOfScope, let surgery {
            return "The last exam follows surgery on \(surgery.date.iso); the model was made for "
                + "untreated tumours, so its volumes are not judged."
        }
        guard let change = deciding else {
            return growthClass == .notComparable
                ? "The earlier exams were measured by another model, so nothing is compared."
                : "One exam is usable, so there is nothing to compare it with yet."
        }
        let reference = change.from == baseline?.from ? "baseline" : "the smallest volume"
        let facts =
            "\(Words.signed(change.percent)) % against \(reference) of \(change.from.iso) "
            + "(\(change.to.iso)); a change of \(Words.number(change.smallestDetectablePercent)) % "
            + "would exceed measurement error, and the probability of any growth is "
            + "\(Words.probability(change.probabilityOfGrowth))"
        let end = explanation(growthClass)
        return "\(facts)\(end.isEmpty ? "." : end)"
    }

    private func explanation(_ growthClass: GrowthClass) -> String {
        switch growthClass {
        case .possibleGrowth where isCreeping, .growing where isCreeping:
            "; stable from exam to exam and grown over all of them."
        case .earlySwelling, .lateSwelling:
            "; enlargement within the swelling window after radiosurgery on "
                + "\(treatment?.date.iso ?? ""), to be seen again on the next exam."
        case .rapid: "; fast growth."
        default: ""
        }
    }
}

extension GrowthClass {
    /// Whether the class is one of growth.
    fileprivate var isEnlargement: Bool {
        self == .growing || self == .rapid || self == .possibleGrowth
    }
}
