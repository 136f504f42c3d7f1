public import GRDB
public import VSGrowth

/// A patient in a list.
public struct PatientSummary: Sendable, Hashable, Codable, FetchableRecord {
    /// The identifier.
    public var identifier: String
    /// Registered scans.
    public var scans: Int
    /// The first exam.
    public var firstExam: ExamDate?
    /// The last exam.
    public var lastExam: ExamDate?
    /// The gravest class of the patient's tumours, where any is judged.
    public var growthClass: String?
}

/// A scan in a list.
public struct ScanSummary: Sendable, Hashable, Codable, FetchableRecord {
    /// The scan's number.
    public var id: Int64
    /// The patient.
    public var identifier: String
    /// The day of the exam.
    public var examDate: ExamDate
    /// What it was registered as.
    public var sequence: String
    /// Slices, rows and columns.
    public var depth: Int
    /// Rows.
    public var height: Int
    /// Columns.
    public var width: Int
    /// Between slices, mm.
    public var sliceSpacingMm: Double
    /// Segmentations of it.
    public var segmentations: Int
}

/// A segmentation in a list.
public struct SegmentationSummary: Sendable, Hashable, Codable, FetchableRecord {
    /// The segmentation's number.
    public var id: Int64
    /// The scan.
    public var scanId: Int64
    /// The patient.
    public var identifier: String
    /// The day of the exam.
    public var examDate: ExamDate
    /// Model name and version.
    public var model: String
    /// `tumour` or `no-tumour`.
    public var finding: String
    /// The volume of all its tumours, mm³; nil without one.
    public var volumeMm3: Double?
    /// When it was made.
    public var createdAt: String
}

/// A tumour with what its exams say, where they say anything.
public struct TumourSummary: Sendable, Hashable, Codable, FetchableRecord {
    /// The side.
    public var side: String
    /// Names the tumour for life, over all exams and systems.
    public var trackingUid: String
    /// The class of its growth.
    public var growthClass: String?
    /// Whether someone should look at it.
    public var isFlagged: Bool?
    /// The last exam that measured it.
    public var lastExam: ExamDate?
    /// Its last volume, mm³.
    public var volumeMm3: Double?
    /// The numbers that decided the class.
    public var sentence: String?
    /// The day a next exam is suggested for.
    public var nextExam: ExamDate?
}

extension Store {
    /// A patient's tumours, by side.
    ///
    /// - Throws: ``StoreError`` for an unknown patient.
    public func tumourSummaries(ofPatient identifier: String) throws -> [TumourSummary] {
        let patient = try patient(identifier)
        return try read {
            try TumourSummary.fetchAll($0, sql: Self.tumoursSQL, arguments: [patient.id])
        }
    }

    package static let tumoursSQL = """
        SELECT tumour.side, tumour.trackingUid, growth.class AS growthClass, growth.isFlagged,
            growth.lastExam, growth.volumeMm3, growth.sentence, growth.nextExam
        FROM tumour LEFT JOIN growth ON growth.tumourId = tumour.id
        WHERE tumour.patientId = ? AND NOT (\(isCandidate)) ORDER BY tumour.side
        """

    /// All patients, by identifier.
    public func patientSummaries() throws -> [PatientSummary] {
        try read { try PatientSummary.fetchAll($0, sql: Self.patientsSQL) }
    }

    /// A page of patients, by identifier.
    ///
    /// - Parameters:
    ///   - identifier: the page begins behind this one; nil begins with the first.
    ///   - limit: so many at most.
    /// - Returns: the patients.
    /// - Throws: ``StoreError`` where the store cannot be read.
    public func patientSummaries(
        after identifier: String?, limit: Int
    ) throws -> [PatientSummary] {
        try read {
            try PatientSummary.fetchAll(
                $0, sql: Self.patientPageSQL, arguments: [identifier ?? "", limit])
        }
    }

    /// A page of the patients whose identifiers begin with a text, upper and lower case alike, in that order.
    ///
    /// The index knows the two cases of A to Z; other letters are sought as they are, and in either case.
    ///
    /// - Parameters:
    ///   - text: what they begin with.
    ///   - identifier: the page begins behind this one; nil begins with the first.
    ///   - limit: so many at most.
    /// - Returns: the patients.
    /// - Throws: ``StoreError`` where the store cannot be read.
    public func patientSummaries(
        beginning text: String, after identifier: String? = nil, limit: Int
    ) throws -> [PatientSummary] {
        let ways = [text, text.uppercased(), text.lowercased()]
        return try read { db in
            let found = try Dictionary(ways.map { (Self.folded($0), $0) }) { first, _ in first }
                .values.flatMap { way in
                    try PatientSummary.fetchAll(
                        db, sql: Self.patientSearchSQL,
                        arguments: [way, way + "\u{10FFFF}", identifier ?? "", limit])
                }
            let sorted = found.map { (Self.folded($0.identifier) + [0] + $0.identifier.utf8, $0) }
                .sorted { $0.0.lexicographicallyPrecedes($1.0) }
            return sorted.prefix(limit).map(\.1)
        }
    }

    /// As SQLite's NOCASE compares.
    private static func folded(_ text: String) -> [UInt8] {
        text.utf8.map { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 ? $0 | 0x20 : $0 }
    }

    /// The index holds identifiers without regard to case, and those alike in their order.
    package static let patientSearchSQL = """
        \(patientRows)
        WHERE patient.identifier COLLATE NOCASE >= ?1 AND patient.identifier COLLATE NOCASE < ?2
            AND (patient.identifier COLLATE NOCASE, patient.identifier) > (?3, ?3)
        ORDER BY patient.identifier COLLATE NOCASE, patient.identifier LIMIT ?4
        """

    private static let patientRows = """
        SELECT patient.identifier,
            (SELECT count(*) FROM scan WHERE patientId = patient.id) AS scans,
            (SELECT min(examDate) FROM scan WHERE patientId = patient.id) AS firstExam,
            (SELECT max(examDate) FROM scan WHERE patientId = patient.id) AS lastExam,
            (SELECT growth.class FROM growth JOIN tumour ON tumour.id = growth.tumourId
             WHERE tumour.patientId = patient.id
             ORDER BY growth.isFlagged DESC, growth.lastExam DESC LIMIT 1) AS growthClass
        FROM patient
        """

    package static let patientPageSQL = """
        \(patientRows) WHERE patient.identifier > ? ORDER BY patient.identifier LIMIT ?
        """

    package static let patientsSQL = """
        SELECT patient.identifier, count(scan.id) AS scans, min(scan.examDate) AS firstExam,
            max(scan.examDate) AS lastExam,
            (SELECT growth.class FROM growth JOIN tumour ON tumour.id = growth.tumourId
             WHERE tumour.patientId = patient.id
             ORDER BY growth.isFlagged DESC, growth.lastExam DESC LIMIT 1) AS growthClass
        FROM patient LEFT JOIN scan ON scan.patientId = patient.id
        GROUP BY patient.id ORDER BY patient.identifier
        """

    /// Scans, of one patient or all, by patient and date.
    public func scanSummaries(patient identifier: String? = nil) throws -> [ScanSummary] {
        if let identifier { _ = try patient(identifier) }
        return try read {
            try ScanSummary.fetchAll(
                $0, sql: Self.scansSQL(ofOnePatient: identifier != nil),
                arguments: identifier.map { [$0] } ?? [])
        }
    }

    package static func scansSQL(ofOnePatient isOne: Bool) -> String {
        """
        SELECT scan.id, patient.identifier, scan.examDate, scan.sequence, scan.depth, scan.height,
            scan.width, scan.sliceSpacingMm,
            (SELECT count(*) FROM segmentation WHERE scanId = scan.id) AS segmentations
        FROM scan JOIN patient ON patient.id = scan.patientId
        \(isOne ? "WHERE patient.identifier = ?" : "")
        ORDER BY patient.identifier, scan.examDate, scan.id
        """
    }

    /// Segmentations, of one patient or all.
    public func segmentationSummaries(
        patient identifier: String? = nil
    ) throws -> [SegmentationSummary] {
        if let identifier { _ = try patient(identifier) }
        return try read {
            try SegmentationSummary.fetchAll(
                $0, sql: Self.segmentationsSQL(ofOnePatient: identifier != nil),
                arguments: identifier.map { [$0] } ?? [])
        }
    }

    package static func segmentationsSQL(ofOnePatient isOne: Bool) -> String {
        """
        SELECT segmentation.id, segmentation.scanId, patient.identifier, scan.examDate,
            segmentation.modelName || ' ' || segmentation.modelVersion AS model,
            segmentation.finding,
            (SELECT sum(volumeMm3) FROM volume WHERE segmentationId = segmentation.id) AS volumeMm3,
            segmentation.createdAt
        FROM segmentation
        JOIN scan ON scan.id = segmentation.scanId
        JOIN patient ON patient.id = scan.patientId
        \(isOne ? "WHERE patient.identifier = ?" : "")
        ORDER BY patient.identifier, scan.examDate, segmentation.id
        """
    }
}
