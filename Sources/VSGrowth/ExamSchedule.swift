/// When a next exam is suggested; a suggestion that a clinic may change, never an order.
///
/// Untreated: half a year after diagnosis, then yearly to year five, every second year to year nine,
/// then none (US CNS 2018 and British Skull Base Society 2024, as this project reads them). Growth,
/// or a probability of growth of 0.9: half a year. After a treatment: 6, 12, 24 and 36 months, then
/// yearly, and half a year where the tumour grows past the time of swelling.
public enum ExamSchedule {
    /// The suggested day; nil where discharge might be discussed instead.
    public static func next(
        after last: ExamDate, class growthClass: GrowthClass, first: ExamDate,
        treatment: Treatment?, probabilityOfGrowth: Double? = nil
    ) -> ExamDate? {
        if let treatment {
            let steps = [6, 12, 24, 36]
            let due = steps.map { treatment.date.adding(months: $0) }
            // An exam up to two months early counts as the one that was due.
            if let next = due.first(where: { $0 > last.adding(months: 2) }) { return next }
            return last.adding(months: growthClass.isFlagged ? 6 : 12)
        }
        if growthClass.isFlagged || (probabilityOfGrowth ?? 0) >= 0.9 {
            return last.adding(months: 6)
        }
        let years = first.years(to: last)
        if years < 0.4 { return last.adding(months: 6) }
        if years < 5 { return last.adding(months: 12) }
        if years < 9 { return last.adding(months: 24) }
        return nil
    }
}
