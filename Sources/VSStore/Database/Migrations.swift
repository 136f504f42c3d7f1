import CAssets
import Foundation
import GRDB

/// The plain-SQL migrations compiled into the program.
package enum Migrations {
    /// One migration.
    package struct Step: Sendable {
        /// The file's name without its ending.
        package let name: String
        /// Its text.
        package let sql: String
        /// Makes a step.
        package init(name: String, sql: String) {
            self.name = name
            self.sql = sql
        }

        /// SHA-256 of the text, hexadecimal.
        package var sha256: String { Store.sha256(of: sql) }
    }

    /// All migrations in order.
    package static let all: [Step] = (0..<vsdb_migration_count()).map {
        Step(
            name: String(cString: vsdb_migration_name($0)),
            sql: String(cString: vsdb_migration_sql($0)))
    }

    /// Brings a database up to date, each migration and its record in one transaction.
    ///
    /// Before an upgrade the database is copied beside itself.
    /// - Throws: ``StoreError`` where the database has migrations this program does not know, one
    ///   that differs from the program's, or is another program's.
    static func apply(
        _ steps: [Step], to writer: some DatabaseWriter, path: String
    ) throws {
        let applied = try writer.read { try Self.applied($0, subject: path) }
        try check(applied, against: steps, subject: path)
        let pending = steps.filter { applied[$0.name] == nil }
        guard let first = pending.first else { return }
        if !applied.isEmpty { try backUp(writer, path: path, before: first, applied: applied) }
        for step in pending {
            try writer.write { db in
                // Another process may have been faster.
                guard try Self.applied(db, subject: path)[step.name] == nil else { return }
                try db.execute(
                    sql: """
                        CREATE TABLE IF NOT EXISTS migration (
                            name TEXT PRIMARY KEY, sha256 TEXT NOT NULL, appliedAt TEXT NOT NULL
                        ) STRICT
                        """)
                try db.execute(sql: step.sql)
                try db.execute(
                    sql: "INSERT INTO migration VALUES (?, ?, ?)",
                    arguments: [step.name, step.sha256, Instant.now()])
            }
        }
    }

    /// Refuses another or a newer program's database before its write-ahead log is switched on, which
    /// would change its file.
    ///
    /// - Throws: ``StoreError``, or SQLite's own error where the file cannot be read.
    static func checkOwner(
        of reader: some DatabaseReader, path: String, knowing steps: [Step]
    ) throws {
        try check(
            reader.read { try Self.applied($0, subject: path) }, against: steps, subject: path)
    }

    /// Names and hashes of what was applied; empty for a new database.
    private static func applied(_ db: Database, subject: String) throws -> [String: String] {
        let foreign = StoreError(
            .corrupt, subject: subject, message: "It is the database of another program.",
            remedy: "Name another file with --database.")
        // Another process may have made the tables since this connection last looked.
        db.clearSchemaCache()
        if try db.tableExists("migration") {
            let columns = try db.columns(in: "migration").map(\.name)
            guard columns == ["name", "sha256", "appliedAt"] else { throw foreign }
            let rows = try Row.fetchAll(db, sql: "SELECT name, sha256 FROM migration")
            var found: [String: String] = [:]
            for row in rows {
                guard let name = String.fromDatabaseValue(row["name"]),
                    let hash = String.fromDatabaseValue(row["sha256"])
                else { throw foreign }
                found[name] = hash
            }
            return found
        }
        guard try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") == 0 else {
            throw foreign
        }
        return [:]
    }

    /// Copies the database beside itself, whole or not at all; the copy of an earlier attempt gives
    /// way.
    private static func backUp(
        _ writer: some DatabaseWriter, path: String, before step: Step, applied: [String: String]
    ) throws {
        let copy = "\(path).before-\(step.name)"
        let part = "\(copy).\(UInt32.random(in: 0 ... .max)).part"
        defer { unlink(part) }
        // SQLite takes an empty file, and so the copy is the owner's from its first byte.
        close(open(part, O_WRONLY | O_CREAT | O_EXCL, 0o600))
        try writer.writeWithoutTransaction { db in
            try db.execute(sql: "VACUUM INTO ?", arguments: [part])
        }
        let queue = try DatabaseQueue(path: part)
        let isOld = try queue.read { try Self.applied($0, subject: path) } == applied
        try queue.close()
        // Where another process was faster, it has made the copy, and this one is of the new schema.
        guard isOld else { return }
        let handle = open(part, O_RDONLY)
        let isSynced = handle >= 0 && fsync(handle) == 0
        close(handle)
        guard isSynced, rename(part, copy) == 0 else {
            throw StoreError(
                .readOnly, subject: copy,
                message: "The database cannot be copied before its upgrade.",
                remedy: "Check the folder, its permissions and the free space; "
                    + "the database is as it was.")
        }
        ImageStore.sync((copy as NSString).deletingLastPathComponent)
    }

    private static func check(
        _ applied: [String: String], against steps: [Step], subject: String
    ) throws(StoreError) {
        let known = Dictionary(uniqueKeysWithValues: steps.map { ($0.name, $0.sha256) })
        if let newest = applied.keys.sorted().last, known[newest] == nil {
            throw StoreError(
                .version, subject: subject,
                message: "It was made by a newer vsdb (schema \(newest); this program knows "
                    + "\(steps.last?.name ?? "none")).",
                remedy: "Use the newer program.")
        }
        for (name, hash) in applied.sorted(by: { $0.key < $1.key }) where known[name] != hash {
            throw StoreError(
                .version, subject: subject,
                message: "Its migration \(name) differs from this program's.",
                remedy: "Use the program that made it, or restore a backup.")
        }
    }
}

/// The present as ISO 8601 in UTC.
enum Instant {
    static func now() -> String { text(Date()) }

    /// A moment, to the second; such texts sort as the moments do.
    static func text(_ date: Date) -> String { date.formatted(.iso8601) }
}
