/// When a next exam is suggested; a suggestion that a clinic may change, never an order.
///
/// Untreated: half a year after diagnosis, then yearly to year five, every second year to year nine,
/// then none (US CNS 2018 and British Skull Base Society 2024, as this project reads them). Growth,
/// or a probability of growth of 0.9: half a year. After a treatment: 6, 12, 24 and 36 months, then
/// yearly, and half a year where the tumour grows past the time of swelling.
public struct ExamSchedule: Sendable, Hashable, Codable {
    /// One line of the table for untreated tumours.
    public struct Step: Sendable, Hashable, Codable {
        /// Holds while the last exam is less than this after the first, years.
        public var untilYears: Double
        /// The time to the next exam, months.
        public var everyMonths: Int

        /// Makes a line.
        public init(untilYears: Double, everyMonths: Int) {
            self.untilYears = untilYears
            self.everyMonths = everyMonths
        }
    }

    /// Untreated tumours, in order of time; after the last line no exam is suggested.
    public var untreated = [
        Step(untilYears: 0.4, everyMonths: 6), Step(untilYears: 5, everyMonths: 12),
        Step(untilYears: 9, everyMonths: 24),
    ]
    /// The next exam of a flagged tumour, months.
    public var flaggedMonths = 6
    /// Any growth against baseline this probable is treated as a flag.
    public var probabilityOfGrowth = 0.9
    /// The exams after a treatment, months after it, in order.
    public var afterTreatmentMonths = [6, 12, 24, 36]
    /// From then on every so many months.
    public var laterMonths = 12
    /// An exam up to this many months early counts as the one that was due.
    public var earlyMonths = 2

    /// The defaults.
    public init() {}

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case untreated, flaggedMonths, probabilityOfGrowth, afterTreatmentMonths, laterMonths
        case earlyMonths
    }

    /// Reads what is given; the rest keeps its default.
    public init(from decoder: any Decoder) throws {
        let text = try PartialContainer(decoder, CodingKeys.self)
        try text.fill(&untreated, .untreated)
        try text.fill(&flaggedMonths, .flaggedMonths)
        try text.fill(&probabilityOfGrowth, .probabilityOfGrowth)
        try text.fill(&afterTreatmentMonths, .afterTreatmentMonths)
        try text.fill(&laterMonths, .laterMonths)
        try text.fill(&earlyMonths, .earlyMonths)
    }

    /// The suggested day; nil where discharge might be discussed instead.
    public func next(
        after last: ExamDate, first: ExamDate, isFlagged: Bool, treatment: Treatment?,
        probabilityOfGrowth probability: Double? = nil
    ) -> ExamDate? {
        if let treatment {
            let due = afterTreatmentMonths.map { treatment.date.adding(months: $0) }
            if let next = due.first(where: { $0 > last.adding(months: earlyMonths) }) {
                return next
            }
            return last.adding(months: isFlagged ? flaggedMonths : laterMonths)
        }
        if isFlagged || (probability ?? 0) >= probabilityOfGrowth {
            return last.adding(months: flaggedMonths)
        }
        let years = first.years(to: last)
        return untreated.first { years < $0.untilYears }
            .map { last.adding(months: $0.everyMonths) }
    }

    /// What makes the table unusable, as a clause; nil where it can be used.
    var problem: String? {
        let years = untreated.map(\.untilYears)
        guard years == years.sorted(), years.allSatisfy({ $0 > 0 }) else {
            return "schedule.untreated is not in order of untilYears"
        }
        let months =
            untreated.map(\.everyMonths) + afterTreatmentMonths + [
                flaggedMonths, laterMonths,
            ]
        guard months.allSatisfy({ (1...240).contains($0) }), (0...24).contains(earlyMonths) else {
            return "an interval of the schedule is not between 1 and 240 months"
        }
        guard afterTreatmentMonths == afterTreatmentMonths.sorted() else {
            return "schedule.afterTreatmentMonths is not in order"
        }
        return probabilityOfGrowth > 0.5 && probabilityOfGrowth <= 1
            ? nil : "schedule.probabilityOfGrowth is not between 0.5 and 1"
    }
}
