import Foundation
import GRDB

extension Store {
    /// The archive of an address; a new one is made, with nothing of it read.
    public func archive(_ url: String) throws -> ArchiveRecord {
        let sql = "SELECT id, url, position FROM archive WHERE url = ?"
        if let known = try read({ try ArchiveRecord.fetchOne($0, sql: sql, arguments: [url]) }) {
            return known
        }
        return try write { db in
            if let known = try ArchiveRecord.fetchOne(db, sql: sql, arguments: [url]) {
                return known
            }
            try db.execute(
                sql: "INSERT INTO archive (url, position, createdAt) VALUES (?, 0, ?)",
                arguments: [url, Instant.now()])
            let id = db.lastInsertedRowID
            try Self.audit(db, "follow archive", subject: url)
            return ArchiveRecord(id: id, url: url, position: 0)
        }
    }

    /// All changes of an archive up to `position` are done.
    public func setPosition(_ position: Int64, ofArchive archive: Int64) throws {
        try write {
            try $0.execute(
                sql: "UPDATE archive SET position = ? WHERE id = ?", arguments: [position, archive])
        }
    }

    /// What became of a study; nil where it was not looked at.
    public func study(_ uid: String, ofArchive archive: Int64) throws -> ArchiveStudyRecord? {
        try read {
            try ArchiveStudyRecord.fetchOne(
                $0,
                sql: """
                    SELECT studyUid, content, state, scanId, message FROM archiveStudy
                    WHERE archiveId = ? AND studyUid = ?
                    """, arguments: [archive, uid])
        }
    }

    /// Notes what became of a study, in place of what was noted before.
    ///
    /// One that was passed over, and of which a scan is registered by hand, is a registered one.
    /// - Returns: what is noted.
    @discardableResult
    public func recordStudy(
        _ found: ArchiveStudyRecord, ofArchive archive: Int64
    ) throws -> ArchiveStudyRecord {
        try write { db in
            var study = found
            if [.refused, .skipped].contains(found.state),
                let scan = try Int64.fetchOne(
                    db, sql: Self.scanByHandSQL, arguments: [found.studyUid])
            {
                (study.state, study.scanId) = (.registered, scan)
                study.message = "A scan of it is registered. \(found.message)"
            }
            try db.execute(
                sql: """
                    INSERT INTO archiveStudy (archiveId, studyUid, content, state, scanId, message,
                        updatedAt) VALUES (?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (archiveId, studyUid) DO UPDATE SET content = excluded.content,
                        state = excluded.state, scanId = excluded.scanId,
                        message = excluded.message, updatedAt = excluded.updatedAt
                    """,
                arguments: [
                    archive, study.studyUid, study.content, study.state.rawValue, study.scanId,
                    study.message, Instant.now(),
                ])
            try Self.audit(
                db, "look at archive's study",
                subject: study.scanId.map { "scan \($0)" } ?? "archive \(archive)",
                detail: study.state.rawValue)
            return study
        }
    }

    /// The newest T2 scan of a study that counts.
    package static let scanByHandSQL = """
        SELECT scan.id FROM dicomSeries
        CROSS JOIN standingScan AS scan ON scan.id = dicomSeries.scanId
        WHERE dicomSeries.studyUid = ? AND scan.isT2 = 1 ORDER BY scan.id DESC LIMIT 1
        """

    /// Takes a scan that was registered by hand for the result of a study that archives hold and that
    /// was passed over, so that its results go back as of any other.
    static func adopt(_ db: Database, scan: Int64) throws {
        guard
            let study = try String.fetchOne(
                db,
                sql: """
                    SELECT dicomSeries.studyUid FROM dicomSeries
                    JOIN scan ON scan.id = dicomSeries.scanId
                    WHERE scan.id = ? AND scan.isT2 = 1
                    """, arguments: [scan])
        else { return }
        try db.execute(sql: adoptSQL, arguments: [scan, Instant.now(), study])
    }

    package static let adoptSQL = """
        UPDATE archiveStudy SET state = 'registered', scanId = ?, updatedAt = ?,
            message = 'A scan of it was registered by hand. ' || message
        WHERE studyUid = ? AND state IN ('refused', 'skipped')
        """

    /// How many registered scans are of a study.
    public func scanCount(ofStudy uid: String) throws -> Int {
        try read {
            try Int.fetchOne(
                $0, sql: "SELECT count(*) FROM dicomSeries WHERE studyUid = ?", arguments: [uid])
                ?? 0
        }
    }
}
