public import Foundation
import GRDB

extension Store {
    /// The scans that came from an archive, are segmented by a model that counts, and of which no
    /// result was made for it yet; the oldest first.
    public func scansWithoutObjects(ofArchive archive: Int64) throws -> [Int64] {
        try read {
            try Int64.fetchAll($0, sql: Self.scansWithoutObjectsSQL, arguments: [archive])
        }
    }

    package static let scansWithoutObjectsSQL = """
        SELECT DISTINCT archiveStudy.scanId FROM archiveStudy
        WHERE archiveStudy.archiveId = ?1 AND archiveStudy.state = 'registered'
            AND EXISTS (SELECT 1 FROM segmentation
                JOIN model ON model.id = segmentation.modelId
                WHERE segmentation.scanId = archiveStudy.scanId AND model.hasServed = 1)
            AND NOT EXISTS (SELECT 1 FROM archiveObject
                WHERE archiveObject.archiveId = ?1
                    AND archiveObject.scanId = archiveStudy.scanId)
            AND NOT EXISTS (
                SELECT 1 FROM supersession WHERE supersession.scanId = archiveStudy.scanId)
        ORDER BY archiveStudy.scanId
        """

    /// Keeps the results of a scan for an archive until they are sent, all in one transaction.
    ///
    /// Results that are there already, as of another program, stay as they are.
    public func addObjects(
        _ objects: [(kind: ArchiveObjectRecord.Kind, instanceUid: String, content: Data)],
        ofScan scan: Int64, archive: Int64
    ) throws {
        try write { db in
            for object in objects {
                try db.execute(
                    sql: """
                        INSERT INTO archiveObject (archiveId, scanId, kind, instanceUid, content,
                            createdAt) VALUES (?, ?, ?, ?, ?, ?)
                        ON CONFLICT (archiveId, scanId, kind) DO NOTHING
                        """,
                    arguments: [
                        archive, scan, object.kind.rawValue, object.instanceUid, object.content,
                        Instant.now(),
                    ])
            }
        }
    }

    /// Notes that nothing of a scan goes back to an archive.
    public func setNoResult(ofScan scan: Int64, archive: Int64, message: String) throws {
        try write { db in
            try db.execute(
                sql: """
                    UPDATE archiveStudy SET state = 'no-result', message = ?, updatedAt = ?
                    WHERE archiveId = ? AND scanId = ? AND state = 'registered'
                    """, arguments: [message, Instant.now(), archive, scan])
        }
    }

    /// The next result that an archive does not have yet; nil where it has all.
    ///
    /// Of a scan that counts no more nothing is sent.
    /// - Parameters:
    ///   - archive: the archive.
    ///   - last: a result with a higher number is wanted; 0 begins.
    /// - Returns: the result with its bytes.
    /// - Throws: ``StoreError`` where the store cannot be read.
    public func objectToSend(
        toArchive archive: Int64, after last: Int64 = 0
    ) throws -> ArchiveObjectRecord? {
        try read { db in
            try ArchiveObjectRecord.fetchOne(
                db, sql: Self.objectToSendSQL, arguments: [archive, last])
        }
    }

    package static let objectToSendSQL = """
        SELECT id, scanId, kind, instanceUid, content FROM archiveObject
        WHERE archiveId = ? AND sentAt IS NULL AND id > ?
            AND NOT EXISTS (
                SELECT 1 FROM supersession WHERE supersession.scanId = archiveObject.scanId)
        ORDER BY id LIMIT 1
        """

    /// Notes that an archive has a result; its bytes go.
    public func recordSent(_ object: ArchiveObjectRecord, to archive: ArchiveRecord) throws {
        try write { db in
            try db.execute(
                sql: """
                    UPDATE archiveObject SET sentAt = ?, content = NULL
                    WHERE id = ? AND sentAt IS NULL
                    """, arguments: [Instant.now(), object.id])
            guard db.changesCount == 1 else { return }
            try Self.audit(
                db, "send \(object.kind.rawValue)", subject: "scan \(object.scanId)",
                detail: "to \(archive.url)")
        }
    }
}
