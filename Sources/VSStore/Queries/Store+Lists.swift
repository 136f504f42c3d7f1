public import Foundation
public import GRDB
public import VSGrowth
public import VSImaging

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

extension Store {
    /// All patients, by identifier.
    public func patientSummaries() throws -> [PatientSummary] {
        try read { try PatientSummary.fetchAll($0, sql: Self.patientsSQL) }
    }

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

    /// One scan with its patient's identifier and the NIfTI header it was read with.
    public func scan(_ id: Int64) throws -> (record: ScanRecord, patient: String, header: Data) {
        let found = try read { db -> (ScanRecord, String, Data)? in
            guard
                let row = try Row.fetchOne(
                    db,
                    sql: """
                        SELECT scan.*, patient.identifier FROM scan
                        JOIN patient ON patient.id = scan.patientId WHERE scan.id = ?
                        """,
                    arguments: [id])
            else { return nil }
            return (try ScanRecord(row: row), row["identifier"], row["header"])
        }
        guard let found else { throw Self.unknownScan(id) }
        return found
    }

    /// The segmentation of a scan that counts; nil where it has none that was not rejected.
    public func currentSegmentation(ofScan id: Int64) throws -> SegmentationRecord? {
        try read {
            try SegmentationRecord.fetchOne(
                $0,
                sql: """
                    SELECT segmentation.* FROM segmentation
                    JOIN model ON model.id = segmentation.modelId
                    WHERE segmentation.scanId = ? AND NOT EXISTS (
                        SELECT 1 FROM review WHERE review.segmentationId = segmentation.id
                            AND review.state = 'rejected')
                    ORDER BY model.isActive DESC, segmentation.id DESC LIMIT 1
                    """,
                arguments: [id])
        }
    }

    /// The measurements of a segmentation with their sides.
    public func volumes(
        ofSegmentation id: Int64
    ) throws -> [(side: String, volume: VolumeRecord)] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT volume.*, tumour.side FROM volume
                    JOIN tumour ON tumour.id = volume.tumourId
                    WHERE volume.segmentationId = ? ORDER BY volume.volumeMm3 DESC
                    """,
                arguments: [id]
            ).map { ($0["side"], try VolumeRecord(row: $0)) }
        }
    }

    /// The mask of a segmentation's tumours together, on the scan's canonical grid.
    public func mask(ofSegmentation id: Int64, like volume: Volume) throws -> Mask {
        let parts = try read {
            try Data.fetchAll(
                $0, sql: "SELECT mask FROM volume WHERE segmentationId = ?", arguments: [id])
        }
        var mask = Mask(
            shape: volume.shape, affine: volume.affine,
            voxels: Array(repeating: 0, count: volume.shape.count))
        for part in parts {
            guard let bytes = Compression.inflate(part, count: volume.shape.count) else {
                throw StoreError(
                    .corrupt, subject: "segmentation \(id)", message: "Its mask is damaged.",
                    remedy: "Segment the scan again.")
            }
            for (index, value) in bytes.enumerated() where value == 1 { mask.voxels[index] = 1 }
        }
        return mask
    }
}
