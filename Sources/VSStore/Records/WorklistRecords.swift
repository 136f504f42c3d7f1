public import VSGrowth

/// A tumour in a list of flags.
public struct FlagRecord: Sendable, Hashable, Codable {
    /// The tumour's row.
    public var tumourId: Int64
    /// The patient.
    public var identifier: String
    /// The tumour's side.
    public var side: String
    /// The class.
    public var growthClass: String
    /// The day of the last exam.
    public var lastExam: ExamDate
    /// The last volume, mm³.
    public var volumeMm3: Double
    /// Against the baseline.
    public var percentFromBaseline: Double?
    /// Of any growth.
    public var probabilityOfGrowth: Double?
    /// Whether a reader has acknowledged this class already.
    public var isAcknowledged: Bool
    /// The day a next exam is suggested for.
    public var nextExam: ExamDate?
    /// The numbers that decided.
    public var sentence: String
    /// The scan of the last exam: the newest that measured the tumour, or else of that day.
    public var lastScanId: Int64?
}

/// What an exam showed that is no number, for somebody to look at.
public struct FindingRecord: Sendable, Hashable, Codable {
    /// What was found.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// A tumour where earlier exams found none.
        case newTumour = "new-tumour"
        /// The tumour is on the other side than before: turned images, or another patient's.
        case otherSide = "other-side"
        /// A tumour that earlier exams measured was not found.
        case vanished
        /// The tumour lies further from its earlier place than exams differ by.
        case moved
        /// A further component that is not measured.
        case newComponent = "new-component"
        /// Two readers say different things of one scan.
        case readersDisagree = "readers-disagree"
    }

    /// The row.
    public var id: Int64
    /// The scan.
    public var scanId: Int64
    /// The patient.
    public var identifier: String
    /// The day of the exam.
    public var examDate: ExamDate
    /// What was found.
    public var kind: Kind
    /// The side.
    public var side: String
    /// The finding in words.
    public var sentence: String
    /// Whether nobody has looked at it yet.
    public var isOpen: Bool
}

/// A place in a list that is sorted by a day and a row's number; the next page begins behind it.
public struct ListCursor: Sendable, Hashable, CustomStringConvertible {
    /// The day of the last row shown.
    public let day: ExamDate
    /// That row's number.
    public let row: Int64

    /// The place of a row.
    public init(day: ExamDate, row: Int64) {
        self.day = day
        self.row = row
    }

    /// Reads what `description` writes; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let day = ExamDate(iso: String(parts[0])),
            let row = Int64(parts[1])
        else { return nil }
        self.init(day: day, row: row)
    }

    /// The day and the number, for example `2024-03-05:12`.
    public var description: String { "\(day.iso):\(row)" }
}
