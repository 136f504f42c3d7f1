/// Decides the class and the flag.
package struct GrowthJudge {
    let reading: GrowthReading
    private let rule: GrowthRule

    package init(_ reading: GrowthReading) {
        self.reading = reading
        rule = reading.rule
    }

    /// The change that decides: against baseline, or, where a treated tumour rose from a later and
    /// smaller volume, against that.
    var deciding: VolumeChange? {
        let baseline = reading.changes.baseline
        guard reading.treatment != nil, let nadir = reading.changes.nadir, let baseline,
            nadir.from > baseline.from, nadir.logChange > 0
        else { return baseline }
        return nadir
    }

    /// The class.
    package var growthClass: GrowthClass {
        if reading.isOutOfScope { return .outOfScope }
        guard let deciding else { return reading.leftOut > 0 ? .notComparable : .baseline }
        let plain = plainClass(deciding)
        guard let treatment = reading.treatment, treatment.kind == .radiosurgery,
            plain.isEnlargement
        else { return plain }
        return treatedClass(plain, since: treatment.date)
    }

    /// Whether someone should look at this tumour now.
    ///
    /// A class of growth is flagged, but for possible growth that rests on a large and unsure change
    /// alone, which small tumours show at every third exam: that must also be probable enough.
    package var isFlagged: Bool {
        let growthClass = growthClass
        guard growthClass == .possibleGrowth, let probability = reading.probabilityOfRise,
            let deciding
        else { return growthClass.isFlagged }
        return probability >= rule.flagProbability || isSurelyMore(deciding) || isRising
    }

    private func isSurelyMore(_ change: VolumeChange) -> Bool {
        change.probabilityOfGrowth >= rule.certainty
    }

    /// Creeping, or rising along a significant line.
    private var isRising: Bool {
        reading.isCreeping
            || (reading.trend.map { $0.isSignificant && $0.slopePerYear > 0 } ?? false)
    }

    private func plainClass(_ change: VolumeChange) -> GrowthClass {
        let isLarge = change.percent >= rule.growthPercent
        let isSure = isSurelyMore(change)
        let isProbable = isSeries && (reading.probabilityOfRise ?? 0) >= rule.growthProbability
        if isProbable || (isLarge && isSure && !restsOnBreak(change)) {
            return isRapid(change) ? .rapid : .growing
        }
        let isSmall = change.percent <= rule.shrinkagePercent
        let isSurelyLess = 1 - change.probabilityOfGrowth >= rule.certainty
        if isSmall && isSurelyLess && !restsOnBreak(change) { return .shrinking }
        if isLarge || isSure || isRising { return .possibleGrowth }
        let trendFalls = reading.trend.map { $0.isSignificant && $0.slopePerYear < 0 } ?? false
        if isSmall || isSurelyLess || trendFalls { return .possibleShrinkage }
        return .stable
    }

    /// Three exams or more, which can outvote each other.
    private var isSeries: Bool { reading.compared.count >= 3 }

    /// Whether one of the two exams does not fit the others and so is probably measured wrongly.
    private func restsOnBreak(_ change: VolumeChange) -> Bool {
        reading.outlier.map { $0.date == change.from || $0.date == change.to } ?? false
    }

    /// Enlargement after radiosurgery, by the time since; surgery makes no swelling of this kind.
    private func treatedClass(_ plain: GrowthClass, since start: ExamDate) -> GrowthClass {
        let date = reading.last.date
        if date <= start.adding(months: rule.earlySwellingMonths) { return .earlySwelling }
        let isAboveBaseline =
            reading.changes.baseline.map {
                $0.percent >= rule.growthPercent && isSurelyMore($0)
            } ?? false
        if date <= start.adding(months: rule.progressionMonths) {
            let isLateEnough = date > start.adding(months: rule.shortestProgressionMonths)
            return isLateEnough && isAboveBaseline && reading.hasThreeRises
                ? .progression : .lateSwelling
        }
        return isAboveBaseline && plain != .possibleGrowth ? .progression : plain
    }

    private func isRapid(_ change: VolumeChange) -> Bool {
        if let rate = change.diameterRateMmPerYear, rate >= rule.rapidDiameterMmPerYear {
            return true
        }
        guard let time = change.doublingTimeYears, time > 0 else { return false }
        return time <= rule.rapidDoublingYears
    }
}

extension GrowthClass {
    /// Whether the class is one of growth.
    fileprivate var isEnlargement: Bool {
        self == .growing || self == .rapid || self == .possibleGrowth
    }
}
