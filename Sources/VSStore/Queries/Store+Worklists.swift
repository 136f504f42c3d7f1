import GRDB
public import VSGrowth

/// A list of work, other than the flags.
public enum Worklist: Sendable, Hashable {
    /// Exams suggested for a day in this range, the earliest first.
    case due(from: ExamDate, to: ExamDate)
    /// Exams suggested for a day before this one, the longest overdue first.
    case overdue(today: ExamDate)
    /// Last volumes that break their trend beyond error, the newest exam first.
    case outliers
}

extension Store {
    /// A page of tumours that wait for something.
    ///
    /// A suggested exam is counted from the last exam that measured the tumour.
    ///
    /// - Parameters:
    ///   - list: which list.
    ///   - cursor: the page begins behind this place.
    ///   - limit: so many at most; nil for all.
    /// - Returns: the tumours in the list's order.
    /// - Throws: ``StoreError`` where the store cannot be read.
    public func worklist(
        _ list: Worklist, after cursor: ListCursor? = nil, limit: Int? = nil
    ) throws -> [FlagRecord] {
        var arguments: StatementArguments = ["limit": limit ?? -1]
        switch list {
        case .due(let from, let to): arguments += ["from": from, "to": to]
        case .overdue(let today): arguments += ["today": today]
        case .outliers: break
        }
        if let cursor { arguments += ["day": cursor.day, "row": cursor.row] }
        return try read { [arguments] in
            try FlagRecord.fetchAll(
                $0, sql: Self.worklistSQL(list, isContinued: cursor != nil), arguments: arguments)
        }
    }

    package static func worklistSQL(_ list: Worklist, isContinued: Bool) -> String {
        let (condition, day, order) =
            switch list {
            case .due: ("nextExam BETWEEN :from AND :to", "nextExam", "ASC")
            case .overdue: ("nextExam < :today", "nextExam", "ASC")
            case .outliers: ("isOutlier = 1", "lastExam", "DESC")
            }
        let sign = order == "ASC" ? ">" : "<"
        return """
            \(flagRows)
            WHERE growth.\(condition)
                \(isContinued ? "AND (growth.\(day), growth.tumourId) \(sign) (:day, :row)" : "")
            ORDER BY growth.\(day) \(order), growth.tumourId \(order) LIMIT :limit
            """
    }

    /// A page of findings that nobody has looked at, the newest first.
    ///
    /// - Parameters:
    ///   - row: only findings with a smaller number; nil begins with the newest.
    ///   - limit: so many at most; nil for all.
    /// - Returns: the findings.
    /// - Throws: ``StoreError`` where the store cannot be read.
    public func openFindings(before row: Int64? = nil, limit: Int? = nil) throws -> [FindingRecord]
    {
        try read {
            try FindingRecord.fetchAll(
                $0, sql: Self.openFindingsSQL, arguments: [row ?? .max, limit ?? -1])
        }
    }

    private static func findingRows(of scans: String) -> String {
        """
        SELECT finding.id, finding.scanId, patient.identifier, scan.examDate, finding.kind,
            finding.side, finding.sentence, finding.isOpen
        FROM finding
        CROSS JOIN \(scans) AS scan ON scan.id = finding.scanId
        CROSS JOIN patient ON patient.id = scan.patientId
        """
    }

    package static let openFindingsSQL = """
        \(findingRows(of: "standingScan"))
        WHERE finding.isOpen = 1 AND finding.id < ?
        ORDER BY finding.id DESC LIMIT ?
        """

    /// All findings of a scan, in the order they were made.
    public func findings(ofScan scan: Int64) throws -> [FindingRecord] {
        try read {
            try FindingRecord.fetchAll($0, sql: Self.findingsSQL, arguments: [scan])
        }
    }

    package static let findingsSQL = """
        \(findingRows(of: "scan"))
        WHERE finding.scanId = ? ORDER BY finding.id
        """
}
