public import Foundation
import GRDB

/// Somebody who is logged in with a browser.
public struct Session: Sendable, Hashable {
    /// The row.
    public let id: Int64
    /// The user's name.
    public let user: String
    /// What the user may do.
    public let role: Role
    /// What each of the session's forms must bring, so that no other site can send one.
    public let formToken: String

    /// A session ends after so many minutes without a request.
    public static let idleMinutes = 30
    /// And after so many hours in any case.
    public static let longestHours = 12

    /// 256 random bits.
    public static func newText() -> String { randomHexadecimal(bytes: 32) }

    static func hash(_ text: String) -> String { Store.sha256(of: text) }

    /// Follows from the cookie, and gives nothing of it away.
    static func formToken(_ text: String) -> String { hash("form:" + text) }
}

extension Store {
    /// Who holds a session; nil where it is unknown or over, or its user disabled.
    ///
    /// - Parameters:
    ///   - text: what the browser's cookie says.
    ///   - now: the present moment, from which its rest begins anew.
    ///   - isUse: whether this is a use of it; its rest goes on where somebody only watches.
    /// - Returns: the session.
    /// - Throws: ``StoreError`` where the store cannot be read or written.
    public func session(
        ofText text: String, at now: Date, isUse: Bool = true
    ) throws -> Session? {
        let found = try read { db in
            try Row.fetchOne(
                db, sql: Self.sessionSQL,
                arguments: [
                    "hash": Session.hash(text),
                    "idle": Instant.text(now - Double(Session.idleMinutes) * 60),
                    "oldest": Instant.text(now - Double(Session.longestHours) * 3600),
                ]
            ).map { row in
                (
                    row["id"] as Int64, row["name"] as String, row["role"] as String,
                    row["lastUsedAt"] as String
                )
            }
        }
        guard let (id, name, word, used) = found, let role = Role(rawValue: word), role.mayRead
        else { return nil }
        // Once a minute, so that reading a page of pictures is not a write for each.
        if isUse, used < Instant.text(now - 60) {
            try write(.soon) { db in
                try db.execute(
                    sql: "UPDATE session SET lastUsedAt = ? WHERE id = ?",
                    arguments: [Instant.text(now), id])
            }
        }
        return Session(id: id, user: name, role: role, formToken: Session.formToken(text))
    }

    package static let sessionSQL = """
        SELECT session.id, session.lastUsedAt, user.name, user.role
        FROM session JOIN user ON user.id = session.userId
        WHERE session.hash = :hash AND session.lastUsedAt > :idle AND session.createdAt > :oldest
            AND user.isDisabled = 0
        """

    /// Ends a session; an unknown one is over already.
    public func endSession(_ text: String) throws {
        try write { db in
            let name = try String.fetchOne(
                db,
                sql: """
                    SELECT user.name FROM session JOIN user ON user.id = session.userId
                    WHERE session.hash = ?
                    """,
                arguments: [Session.hash(text)])
            guard let name else { return }
            try db.execute(
                sql: "DELETE FROM session WHERE hash = ?", arguments: [Session.hash(text)])
            try Self.audit(db, "log out", subject: name, actor: name)
        }
    }

    /// Adds a session, and takes away those of the user that are over.
    static func insertSession(
        _ db: Database, _ text: String, user: Int64, now: Date
    ) throws {
        try db.execute(
            sql: """
                DELETE FROM session WHERE userId = ?
                    AND (lastUsedAt <= ? OR createdAt <= ?)
                """,
            arguments: [
                user, Instant.text(now - Double(Session.idleMinutes) * 60),
                Instant.text(now - Double(Session.longestHours) * 3600),
            ])
        try db.execute(
            sql: "INSERT INTO session (userId, hash, createdAt, lastUsedAt) VALUES (?, ?, ?, ?)",
            arguments: [user, Session.hash(text), Instant.text(now), Instant.text(now)])
    }
}
