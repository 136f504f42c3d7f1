import Foundation
import GRDB

extension Store {
    /// Whom the audit names for what is done now, where the caller says nobody else: nil for the
    /// operating system's user.
    @TaskLocal static var actor: String?

    /// Does something in somebody's name: each change in it stands in the audit as theirs.
    ///
    /// - Parameters:
    ///   - actor: who, by the name the service knows.
    ///   - body: what is done.
    /// - Returns: what `body` returns.
    /// - Throws: what `body` throws.
    public static func acting<T>(as actor: String, _ body: () throws -> T) rethrows -> T {
        try $actor.withValue(actor, operation: body)
    }

    /// Writes down that somebody read or did something over the service.
    ///
    /// It is on the disk with the next change, or within a second where a ``LogKeeper`` runs: readers do
    /// not wait for the disk.
    /// - Parameters:
    ///   - action: what, for example `read patient`.
    ///   - subject: of whom or what.
    ///   - detail: further words.
    ///   - actor: who, by the name the service knows.
    /// - Throws: ``StoreError`` where it cannot be written; then nothing may be handed out.
    public func recordAccess(
        _ action: String, subject: String, detail: String, by actor: String
    ) throws {
        try write(.soon) { db in
            try Self.audit(db, action, subject: subject, detail: detail, actor: actor)
        }
    }

    /// Who acts, else the operating system's user.
    static var acting: String { actor ?? ProcessInfo.processInfo.userName }

    /// Adds a line to the audit: who did what; each line holds the hash of the one before.
    ///
    static func audit(
        _ db: Database, _ action: String, subject: String, detail: String = "",
        actor: String = acting
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
