import GRDB

/// Results of scans that count no more, as their series came again with more images.
extension Store {
    /// The next result to take back: of a scan whose place another has taken; nil where there is none.
    ///
    /// It waits until what that other gives is settled: its results are sent, or it has none. One that was never noted as sent is among them: the archive may have it, if the program was
    /// stopped in between.
    /// - Parameter archive: the archive.
    /// - Returns: the result without its bytes.
    /// - Throws: ``StoreError`` where the store cannot be read.
    public func objectToTakeBack(fromArchive archive: Int64) throws -> ArchiveObjectRecord? {
        try read {
            try ArchiveObjectRecord.fetchOne(
                $0, sql: Self.objectToTakeBackSQL, arguments: [archive])
        }
    }

    /// Begins at the supersessions, which are few, and goes on to the scans that took their place.
    package static let objectToTakeBackSQL = """
        WITH RECURSIVE later (scanId, byScanId) AS (
            SELECT scanId, byScanId FROM supersession
            UNION
            SELECT later.scanId, supersession.byScanId FROM later
            CROSS JOIN supersession ON supersession.scanId = later.byScanId)
        SELECT object.id, object.scanId, object.kind, object.instanceUid
        FROM later CROSS JOIN archiveObject AS object ON object.scanId = later.scanId
        WHERE object.archiveId = ?1 AND (
            EXISTS (SELECT 1 FROM archiveStudy
                WHERE archiveStudy.scanId = later.byScanId AND archiveStudy.archiveId = ?1
                    AND archiveStudy.state = 'no-result')
            OR (EXISTS (SELECT 1 FROM archiveObject AS sent
                    WHERE sent.scanId = later.byScanId AND sent.archiveId = ?1)
                AND NOT EXISTS (SELECT 1 FROM archiveObject AS sent
                    WHERE sent.scanId = later.byScanId AND sent.archiveId = ?1
                        AND sent.sentAt IS NULL)))
        ORDER BY object.id LIMIT 1
        """

    /// What became of a result that was to be taken back.
    public enum TakingBack: String, Sendable {
        /// It is deleted.
        case done = "take back"
        /// The archive does not have it.
        case missing = "miss"
        /// The archive does not let it be deleted.
        case refused = "leave"
    }

    /// Notes what became of a result that was to be taken back; it is not asked for again.
    ///
    /// - Parameters:
    ///   - object: the result.
    ///   - archive: which held it.
    ///   - outcome: what became of it.
    /// - Throws: ``StoreError`` where the store cannot be written.
    public func recordTakenBack(
        _ object: ArchiveObjectRecord, from archive: ArchiveRecord, _ outcome: TakingBack
    ) throws {
        try write { db in
            try db.execute(sql: "DELETE FROM archiveObject WHERE id = ?", arguments: [object.id])
            guard db.changesCount == 1 else { return }
            try Self.audit(
                db, "\(outcome.rawValue) \(object.kind.rawValue)",
                subject: "scan \(object.scanId)",
                detail: "in \(archive.url), instance \(object.instanceUid)")
        }
    }
}
