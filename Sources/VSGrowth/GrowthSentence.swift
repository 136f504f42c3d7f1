/// Words the numbers that decided a class, as one sentence.
struct GrowthSentence {
    private let judge: GrowthJudge
    private let reading: GrowthReading

    init(_ judge: GrowthJudge) {
        self.judge = judge
        reading = judge.reading
    }

    /// The sentence for a class.
    func text(for growthClass: GrowthClass) -> String {
        if growthClass == .outOfScope, let surgery = reading.surgery {
            return "The last exam follows surgery on \(surgery.date.iso); the model was made for "
                + "untreated tumours, so its volumes are not judged."
        }
        guard let change = judge.deciding else {
            return growthClass == .notComparable
                ? "The earlier exams were measured by another model, so nothing is compared."
                : "One exam is usable, so there is nothing to compare it with yet."
        }
        let parts =
            [facts(change)] + [together, creep, breakOff, bend].compactMap(\.self)
            + [treated(growthClass)].compactMap(\.self)
            + (growthClass == .rapid ? ["fast growth"] : [])
        return parts.joined(separator: "; ") + "."
    }

    private func facts(_ change: VolumeChange) -> String {
        let isBaseline = change.from == reading.changes.baseline?.from
        return "\(Words.signed(change.percent)) % against "
            + "\(isBaseline ? "baseline" : "the smallest volume") of \(change.from.iso) "
            + "(\(change.to.iso)); \(smallest(change)) would exceed measurement error, and the "
            + "probability of any growth is " + Words.probability(change.probabilityOfGrowth)
    }

    /// The smallest change of this direction that exceeds error; a fall is the smaller number, as it is
    /// the same ratio upside down.
    private func smallest(_ change: VolumeChange) -> String {
        let rise = change.smallestDetectablePercent
        guard change.percent < 0 else { return "a rise of \(Words.number(rise)) %" }
        return "a fall of \(Words.number(100 * rise / (100 + rise))) %"
    }

    /// What the exams say together, where a prior is known.
    private var together: String? {
        reading.probabilityOfRise.map {
            "by the \(reading.compared.count) exams together, the probability of a true rise by "
                + "\(Words.number(reading.rule.growthPercent, whole: true)) % or more is "
                + Words.probability($0)
        }
    }

    private var creep: String? {
        reading.isCreeping
            ? "no step from exam to exam reached "
                + "\(Words.number(reading.rule.growthPercent, whole: true)) %, but all together did"
            : nil
    }

    private var breakOff: String? {
        reading.outlier.map {
            "the exam of \($0.date.iso) lies \(Words.number(abs($0.standardErrors))) standard errors "
                + "\($0.standardErrors > 0 ? "above" : "below") the line of the others, "
                + ($0.isLast
                    ? "a measurement error or a new course, to be looked at"
                    : "probably a measurement error, to be looked at")
        }
    }

    private var bend: String? {
        reading.slopeChange.map {
            "the rate changed at \($0.date.iso) from \(Words.rate($0.beforePerYear)) to "
                + "\(Words.rate($0.afterPerYear)) per year (ln V)"
        }
    }

    private func treated(_ growthClass: GrowthClass) -> String? {
        guard let treatment = reading.treatment else { return nil }
        switch growthClass {
        case .earlySwelling, .lateSwelling:
            return "enlargement within the swelling window after radiosurgery on "
                + "\(treatment.date.iso), to be seen again on the next exam"
        case .progression:
            return reading.last.date > treatment.date.adding(months: reading.rule.progressionMonths)
                ? "above the volume at radiosurgery on \(treatment.date.iso) after the swelling "
                    + "window" : "three rises in a row after radiosurgery on \(treatment.date.iso)"
        default: return nil
        }
    }
}
