public import VSGrowth
import VSStore

/// An exam as a person names it: by its scan's number or by its day.
public enum ExamReference: Sendable, Hashable, CustomStringConvertible {
    /// The scan's number.
    case scan(Int64)
    /// The day of the exam.
    case day(ExamDate)

    /// Reads a number or a day (YYYY-MM-DD); nil for anything else.
    public init?(_ text: String) {
        if let number = Int64(text) {
            self = .scan(number)
        } else if let day = ExamDate(iso: text) {
            self = .day(day)
        } else {
            return nil
        }
    }

    /// As it was typed.
    public var description: String {
        switch self {
        case .scan(let number): "scan \(number)"
        case .day(let day): day.iso
        }
    }

    /// The measurements of that exam among a patient's.
    ///
    /// - Throws: `StoreError` where there is none, or where a day has several scans.
    func find(among exams: [ExamRecord]) throws -> [ExamRecord] {
        let found = exams.filter { exam in
            switch self {
            case .scan(let number): exam.scanId == number
            case .day(let day): exam.examDate == day
            }
        }
        let scans = Set(found.map(\.scanId)).sorted()
        guard scans.count <= 1 else {
            throw StoreError(
                .invalid, subject: description,
                message: "Several scans are of that day: "
                    + scans.map { "\($0)" }.joined(separator: ", ") + ".",
                remedy: "Name one of them by its number.")
        }
        guard !found.isEmpty else {
            throw StoreError(
                .unknown, subject: description,
                message: "The patient has no segmented exam of that.",
                remedy: "'vsdb growth' shows the exams, 'vsdb list scans' their numbers.")
        }
        return found
    }
}
