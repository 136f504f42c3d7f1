import CAssets
import Crypto
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
        /// SHA-256 of the text, hexadecimal.
        package var sha256: String { hexadecimal(SHA256.hash(data: Data(sql.utf8))) }
    }

    /// All migrations in order.
    package static let all: [Step] = (0..<vsdb_migration_count()).map {
        Step(
            name: String(cString: vsdb_migration_name($0)),
            sql: String(cString: vsdb_migration_sql($0)))
    }

    /// Brings a database up to date, each migration and its record in one transaction.
    ///
    /// - Throws: ``StoreError`` where the database has migrations this program does not know, or one
    ///   that differs from the program's.
    static func apply(
        _ steps: [Step] = all, to writer: some DatabaseWriter, subject: String
    ) throws {
        let applied = try writer.read { db -> [String: String]? in
            guard try db.tableExists("migration") else { return nil }
            let rows = try Row.fetchAll(db, sql: "SELECT name, sha256 FROM migration")
            return Dictionary(uniqueKeysWithValues: rows.map { ($0["name"], $0["sha256"]) })
        }
        if let applied { try check(applied, against: steps, subject: subject) }
        for step in steps where applied?[step.name] == nil {
            try writer.write { db in
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
        for (name, hash) in applied where known[name] != hash {
            throw StoreError(
                .version, subject: subject,
                message: "Its migration \(name) differs from this program's.",
                remedy: "Use the program that made it, or restore a backup.")
        }
    }
}

/// Bytes as lower-case hexadecimal.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
        decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}

/// The present as ISO 8601 in UTC.
enum Instant {
    static func now() -> String { Date().formatted(.iso8601) }
}
