import Foundation
import GRDB

extension Store {
    /// Writes down that somebody read or did something over the service.
    ///
    /// - Parameters:
    ///   - action: what, for example `read patient`.
    ///   - subject: of whom or what.
    ///   - detail: further words.
    ///   - actor: who, by the name the service knows.
    /// - Throws: ``StoreError`` where it cannot be written; then nothing may be handed out.
    public func recordAccess(
        _ action: String, subject: String, detail: String, by actor: String
    ) throws {
        try write { db in
            try Self.audit(db, action, subject: subject, detail: detail, actor: actor)
        }
    }

    /// Adds a line to the audit: who did what; each line holds the hash of the one before.
    ///
    /// `actor` is the operating system's user where nobody else is named.
    static func audit(
        _ db: Database, _ action: String, subject: String, detail: String = "",
        actor: String = ProcessInfo.processInfo.userName
    ) throws {
        let last = try String.fetchOne(db, sql: "SELECT chain FROM audit ORDER BY id DESC LIMIT 1")
        let at = Instant.now()
        let chain = link(
            after: last ?? String(repeating: "0", count: 64), [at, actor, action, subject, detail])
        try db.execute(
            sql: """
                INSERT INTO audit (at, actor, action, subject, detail, chain)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [at, actor, action, subject, detail, chain])
    }

    /// The hash of a line that follows `previous`.
    private static func link(after previous: String, _ fields: [String]) -> String {
        let text = ([previous] + fields).map { "\($0.utf8.count):\($0)" }.joined()
        return sha256(of: text)
    }

    /// The first line whose hash does not follow from the one before; nil where all do.
    static func firstBrokenAuditLine(_ db: Database) throws -> Int64? {
        var previous = String(repeating: "0", count: 64)
        let rows = try Row.fetchCursor(db, sql: "SELECT * FROM audit ORDER BY id")
        while let row = try rows.next() {
            let fields: [String] = [
                row["at"], row["actor"], row["action"], row["subject"], row["detail"],
            ]
            let chain: String = row["chain"]
            if chain != link(after: previous, fields) { return row["id"] }
            previous = chain
        }
        return nil
    }
}
