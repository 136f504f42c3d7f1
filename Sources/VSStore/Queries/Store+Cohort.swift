public import GRDB
public import VSGrowth

/// What happened in one calendar year.
public struct YearAudit: Sendable, Hashable, Codable, FetchableRecord {
    /// The year.
    public var year: Int
    /// Patients whose first exam it was.
    public var newPatients: Int
    /// T2 scans of exams in the year.
    public var exams: Int
    /// Of them, those a model segmented.
    public var segmented: Int
    /// Of them, those in which the newest segmentation found no tumour.
    public var withoutTumour: Int
    /// Exams whose newest segmentation a reader accepted, by the last word.
    public var accepted: Int
    /// Exams whose newest segmentation a reader rejected, by the last word.
    public var rejected: Int
    /// Exams with a person's outline.
    public var outlined: Int
}

extension Store {
    /// Calls `body` with the growth curve of each tumour of each patient, by patient.
    ///
    /// One patient's exams are in memory at a time.
    /// - Throws: ``StoreError`` where the store cannot be read, or what `body` throws.
    public func forEachCurve(_ body: (GrowthCurve) throws -> Void) throws {
        for patient in try read({ try Int64.fetchAll($0, sql: "SELECT id FROM patient") }) {
            let curves = try read { db -> [GrowthCurve] in
                let exams = try Self.exams(db, patient: patient)
                return try Set(exams.compactMap(\.side)).sorted().map { side in
                    Self.curve(
                        exams, side: side,
                        treatments: try Self.treatments(db, patient: patient, side: side))
                }
            }
            for curve in curves { try body(curve) }
        }
    }

    /// The years in which exams were made, ascending, with what was done with them.
    public func yearAudits() throws -> [YearAudit] {
        try read { try YearAudit.fetchAll($0, sql: Self.yearsSQL) }
    }

    package static let yearsSQL = """
        WITH exam AS (
            SELECT scan.id, scan.patientId, scan.isT2,
                CAST(substr(scan.examDate, 1, 4) AS INTEGER) AS year,
                (SELECT max(made.id) FROM segmentation AS made JOIN model ON model.id = made.modelId
                    WHERE made.scanId = scan.id AND model.hasServed = 1) AS newest,
                NOT EXISTS (
                    SELECT 1 FROM standingScan AS earlier WHERE earlier.patientId = scan.patientId
                        AND (earlier.examDate, earlier.id) < (scan.examDate, scan.id)) AS isFirst,
                EXISTS (SELECT 1 FROM standingOutline
                    WHERE standingOutline.scanId = scan.id) AS isOutlined
            FROM standingScan AS scan)
        SELECT exam.year, sum(exam.isFirst) AS newPatients, sum(exam.isT2) AS exams,
            count(exam.newest) AS segmented,
            count(CASE WHEN segmentation.finding = 'no-tumour' THEN 1 END) AS withoutTumour,
            count(CASE WHEN word.state = 'accepted' THEN 1 END) AS accepted,
            count(CASE WHEN word.state = 'rejected' THEN 1 END) AS rejected,
            sum(exam.isOutlined) AS outlined
        FROM exam
        LEFT JOIN segmentation ON segmentation.id = exam.newest
        LEFT JOIN review AS word ON word.id = (
            SELECT max(review.id) FROM review WHERE review.segmentationId = exam.newest)
        GROUP BY exam.year ORDER BY exam.year
        """
}
