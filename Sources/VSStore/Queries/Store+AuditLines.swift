public import GRDB

/// A line of the audit.
public struct AuditLine: Sendable, Hashable, Codable, FetchableRecord {
    /// The row; later lines have larger numbers.
    public var id: Int64
    /// When, UTC.
    public var at: String
    /// Who: a user of the service, or of the operating system.
    public var actor: String
    /// What was done.
    public var action: String
    /// Of whom or what: a patient's identifier, `scan 7`, a model.
    public var subject: String
    /// Further words.
    public var detail: String
}

extension Store {
    /// A page of the audit, the newest line first.
    ///
    /// - Parameters:
    ///   - patient: only lines about this patient, the patient's scans and their segmentations; nil
    ///     takes all. Lines about an identifier that is not registered, such as a misspelt one, count.
    ///   - before: the page begins with the line before this one; nil begins with the newest.
    ///   - limit: so many at most.
    /// - Returns: the lines.
    /// - Throws: ``StoreError`` where the store cannot be read.
    public func auditLines(
        ofPatient patient: String? = nil, before: Int64? = nil, limit: Int
    ) throws -> [AuditLine] {
        try read { db in
            guard let patient else {
                return try AuditLine.fetchAll(
                    db, sql: Self.auditSQL, arguments: [before ?? .max, limit])
            }
            return try AuditLine.fetchAll(
                db, sql: Self.patientAuditSQL, arguments: [before ?? .max, limit, patient])
        }
    }

    private static let auditColumns = "id, at, actor, action, subject, detail"

    package static let auditSQL = """
        SELECT \(auditColumns) FROM audit WHERE id < ?1 ORDER BY id DESC LIMIT ?2
        """

    /// Walks the audit backwards: an index by subject would cost every read of a patient a write more.
    package static let patientAuditSQL = """
        WITH mine (subject) AS MATERIALIZED (
            SELECT ?3
            UNION ALL
            SELECT 'scan ' || scan.id FROM patient CROSS JOIN scan ON scan.patientId = patient.id
            WHERE patient.identifier = ?3
            UNION ALL
            SELECT 'segmentation ' || segmentation.id FROM patient
            CROSS JOIN scan ON scan.patientId = patient.id
            CROSS JOIN segmentation ON segmentation.scanId = scan.id
            WHERE patient.identifier = ?3)
        SELECT \(auditColumns) FROM audit
        WHERE id < ?1 AND subject IN (SELECT subject FROM mine) ORDER BY id DESC LIMIT ?2
        """
}
