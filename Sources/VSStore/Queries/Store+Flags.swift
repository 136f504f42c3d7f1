import GRDB
public import VSGrowth

/// Which flags are asked for, and which page of them.
public struct FlagQuery: Sendable, Hashable {
    /// Of exams on or after this day.
    public var since: ExamDate?
    /// With at least this probability of any growth.
    public var minimalProbability: Double?
    /// Of these classes; empty for all.
    public var classes: Set<GrowthClass>
    /// Also those that a reader has acknowledged.
    public var includesAcknowledged: Bool
    /// Behind this place of the list.
    public var after: ListCursor?
    /// So many at most; nil for all.
    public var limit: Int?

    /// Asks for all flags that nobody has acknowledged.
    public init(
        since: ExamDate? = nil, minimalProbability: Double? = nil, classes: Set<GrowthClass> = [],
        includesAcknowledged: Bool = false, after: ListCursor? = nil, limit: Int? = nil
    ) {
        self.since = since
        self.minimalProbability = minimalProbability
        self.classes = classes
        self.includesAcknowledged = includesAcknowledged
        self.after = after
        self.limit = limit
    }
}

extension Store {
    /// The flagged tumours, the newest exam first, of one day the tumour registered last.
    ///
    /// Each class and each state of acknowledgement is one look-up in an index that stops at the
    /// page's end; their pages are merged.
    public func flagged(_ query: FlagQuery = .init()) throws -> [FlagRecord] {
        let classes: [GrowthClass?] =
            query.classes.isEmpty ? [nil] : query.classes.sorted { $0.rawValue < $1.rawValue }
        let states = query.includesAcknowledged ? [false, true] : [false]
        let found = try read { db in
            try states.flatMap { state in
                try classes.flatMap { growthClass in
                    try Self.flags(db, query, acknowledged: state, growthClass)
                }
            }
        }
        let sorted = found.sorted { ($0.lastExam, $0.tumourId) > ($1.lastExam, $1.tumourId) }
        return query.limit.map { Array(sorted.prefix($0)) } ?? sorted
    }

    private static func flags(
        _ db: Database, _ query: FlagQuery, acknowledged: Bool, _ growthClass: GrowthClass?
    ) throws -> [FlagRecord] {
        var arguments: StatementArguments = [
            "acknowledged": acknowledged, "limit": query.limit ?? -1,
        ]
        if let growthClass { arguments += ["class": growthClass.rawValue] }
        if let since = query.since { arguments += ["since": since] }
        if let least = query.minimalProbability { arguments += ["least": least] }
        if let after = query.after { arguments += ["day": after.day, "row": after.row] }
        return try FlagRecord.fetchAll(
            db, sql: flaggedSQL(query, ofOneClass: growthClass != nil), arguments: arguments)
    }

    /// Every tumour as a ``FlagRecord``; CROSS JOIN keeps the order in which an index is walked.
    static let flagRows = """
        SELECT growth.tumourId, patient.identifier, tumour.side, growth.class AS growthClass,
            growth.lastExam, growth.volumeMm3, growth.percentFromBaseline,
            growth.probabilityOfGrowth, growth.isAcknowledged, growth.nextExam, growth.sentence,
            coalesce(
                (SELECT max(scan.id) FROM volume
                 CROSS JOIN segmentation ON segmentation.id = volume.segmentationId
                 CROSS JOIN scan ON scan.id = segmentation.scanId
                 WHERE volume.tumourId = tumour.id AND scan.examDate = growth.lastExam),
                (SELECT max(scan.id) FROM scan
                 WHERE scan.patientId = tumour.patientId AND scan.examDate = growth.lastExam)
            ) AS lastScanId
        FROM growth
        CROSS JOIN tumour ON tumour.id = growth.tumourId
        CROSS JOIN patient ON patient.id = tumour.patientId
        """

    /// One look-up of ``flagged(_:)``.
    package static func flaggedSQL(_ query: FlagQuery, ofOneClass isOne: Bool) -> String {
        """
        \(flagRows)
        WHERE growth.isFlagged = 1 AND growth.isAcknowledged = :acknowledged
            \(isOne ? "AND growth.class = :class" : "")
            \(query.since == nil ? "" : "AND growth.lastExam >= :since")
            \(query.minimalProbability == nil ? "" : "AND growth.probabilityOfGrowth >= :least")
            \(query.after == nil ? "" : "AND (growth.lastExam, growth.tumourId) < (:day, :row)")
        ORDER BY growth.lastExam DESC, growth.tumourId DESC LIMIT :limit
        """
    }
}
