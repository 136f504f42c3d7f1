public import Foundation
import GRDB

extension Store {
    /// All schedules.
    public func schedules() throws -> [ScheduleRecord] {
        try read { try ScheduleRecord.fetchAll($0, sql: "SELECT * FROM schedule ORDER BY id") }
    }

    /// Adds a schedule; the same one again is known.
    ///
    /// - Returns: its number, and whether it is new.
    public func addSchedule(
        _ kind: ScheduleKind, pattern: String, folder: String, now: Date = Date()
    ) throws -> (id: Int64, isNew: Bool) {
        try write { db in
            if let known = try Int64.fetchOne(
                db, sql: "SELECT id FROM schedule WHERE kind = ? AND pattern = ? AND folder = ?",
                arguments: [kind.rawValue, pattern, folder])
            {
                return (known, false)
            }
            let moment = Instant.text(now)
            try db.execute(
                sql: """
                    INSERT INTO schedule (kind, pattern, folder, createdAt, doneUpTo, lastResult)
                    VALUES (?, ?, ?, ?, ?, '')
                    """,
                arguments: [kind.rawValue, pattern, folder, moment, moment])
            let id = db.lastInsertedRowID
            try Self.audit(
                db, "add schedule", subject: "schedule \(id)",
                detail: "\(kind.rawValue) \(pattern)")
            return (id, true)
        }
    }

    /// Removes a schedule.
    ///
    /// - Throws: ``StoreError`` with code `unknown`.
    public func removeSchedule(_ id: Int64) throws {
        try write { db in
            try db.execute(sql: "DELETE FROM schedule WHERE id = ?", arguments: [id])
            guard db.changesCount == 1 else {
                throw StoreError(
                    .unknown, subject: "schedule \(id)", message: "There is no such schedule.",
                    remedy: "'vsdb schedule list' shows those that are.")
            }
            try Self.audit(db, "remove schedule", subject: "schedule \(id)")
        }
    }

    /// Takes a schedule that is due, unless another program has it.
    ///
    /// - Parameters:
    ///   - schedule: as it was read; where it has been run since, it is not taken.
    ///   - worker: who takes it.
    ///   - now: the present.
    ///   - leaseSeconds: after so long another program may take it.
    ///   - isGone: whether a program is known to run no more.
    /// - Returns: whether it was taken.
    /// - Throws: ``StoreError`` where the store cannot be written.
    public func claimSchedule(
        _ schedule: ScheduleRecord, worker: String, now: Date = Date(),
        leaseSeconds: Double = 6 * 3600, isGone: @Sendable (String) -> Bool = { _ in false }
    ) throws -> Bool {
        try write { db in
            guard
                let current = try ScheduleRecord.fetchOne(
                    db, sql: "SELECT * FROM schedule WHERE id = ?", arguments: [schedule.id]),
                current.doneUpTo == schedule.doneUpTo
            else { return false }
            if let holder = current.worker, let until = current.leaseUntil,
                until >= Instant.text(now), !isGone(holder)
            {
                return false
            }
            try db.execute(
                sql: "UPDATE schedule SET worker = ?, leaseUntil = ? WHERE id = ?",
                arguments: [
                    worker, Instant.text(now.addingTimeInterval(leaseSeconds)), schedule.id,
                ])
            return true
        }
    }

    /// Ends a run of a schedule: whatever was due up to `now` is made up by it.
    public func finishSchedule(
        _ schedule: ScheduleRecord, worker: String, result: String, now: Date
    ) throws {
        try write { db in
            try db.execute(
                sql: """
                    UPDATE schedule SET worker = NULL, leaseUntil = NULL, doneUpTo = ?,
                        lastRunAt = ?, lastResult = ?
                    WHERE id = ? AND worker = ?
                    """,
                arguments: [
                    Instant.text(now), Instant.text(now), result, schedule.id, worker,
                ])
            guard db.changesCount == 1 else { return }
            try Self.audit(
                db, "run schedule", subject: "schedule \(schedule.id)",
                detail: "\(schedule.kind.rawValue): \(result)")
        }
    }

    /// Copies the database, whole as of one moment, to a new file for the owner alone.
    ///
    /// - Throws: ``StoreError`` where it cannot be written.
    public func copyDatabase(to path: String) throws {
        close(open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600))
        try Self.translating(path) {
            try writer.writeWithoutTransaction { db in
                try db.execute(sql: "VACUUM INTO ?", arguments: [path])
            }
        }
    }
}
