public import Foundation
import GRDB

extension Store {
    /// The shortest and the longest password, in characters.
    public static let passwordLengths = 12...200

    /// Gives a user a password, in place of the one before; lifts a lock and ends all sessions.
    ///
    /// - Throws: ``StoreError`` for an unknown user, a device, or a password that is too short or long.
    public func setPassword(_ password: String, forUser name: String) throws {
        guard Self.passwordLengths.contains(password.count) else {
            throw StoreError(
                .invalid, subject: "password",
                message: "A password has \(Self.passwordLengths.lowerBound) to "
                    + "\(Self.passwordLengths.upperBound) characters.",
                remedy: "Choose another one; some words in a row are easy to remember.")
        }
        let hash = try PasswordHash(password).description
        try write { db in
            let user = try Self.knownUser(db, name)
            guard user.role.mayRead else {
                throw StoreError(
                    .invalid, subject: name, message: "A device does not log in.",
                    remedy: "Make a token for it: vsdb token create NAME --name USE.")
            }
            try db.execute(
                sql: """
                    UPDATE user SET password = ?, failedLogIns = 0, lockedUntil = NULL
                    WHERE id = ?
                    """,
                arguments: [hash, user.id])
            try db.execute(sql: "DELETE FROM session WHERE userId = ?", arguments: [user.id])
            try Self.audit(db, "set password", subject: name)
        }
    }

    /// What a user who is not there is compared with, so that the answer takes as long.
    private static let nobody = try? PasswordHash(randomHexadecimal(bytes: 16))

    /// Logs a user in by password.
    ///
    /// An unknown or disabled user, a wrong password and a user locked after
    /// ``wrongPasswordsAllowed`` wrong ones are answered alike, and take the same time.
    ///
    /// - Parameters:
    ///   - name: the user's name.
    ///   - password: as typed.
    ///   - now: the present moment.
    /// - Returns: the text of a new session, which cannot be had again; nil where there is none.
    /// - Throws: ``StoreError`` where the store cannot be read or written.
    public func logIn(_ name: String, password: String, at now: Date) throws -> String? {
        let known = try read { db in
            try Row.fetchOne(
                db, sql: "SELECT password, isDisabled FROM user WHERE name = ?", arguments: [name]
            ).map { ($0["password"] as String?, $0["isDisabled"] as Bool) }
        }
        let stored = known?.0.flatMap(PasswordHash.init(stored:))
        let isRight =
            try (stored ?? Self.nobody)?.holds(for: String(password.prefix(1000))) ?? false
        guard let known, let stored, !known.1 else { return nil }
        let session = Session.newText()
        let isIn = try write { db in
            try Self.settleLogIn(
                db, name, isRight: isRight, comparedWith: stored.description, session: session,
                now: now)
        }
        return isIn ? session : nil
    }

    /// Wrong passwords in a row after which a user is locked.
    public static let wrongPasswordsAllowed = 5
    /// How long, in minutes.
    public static let lockMinutes = 15

    private static func settleLogIn(
        _ db: Database, _ name: String, isRight: Bool, comparedWith password: String,
        session: String, now: Date
    ) throws -> Bool {
        guard
            let user = try Row.fetchOne(
                db,
                sql: """
                    SELECT id, failedLogIns, lockedUntil FROM user
                    WHERE name = ? AND isDisabled = 0 AND password = ?
                    """,
                arguments: [name, password])
        else { return false }
        let (id, failed): (Int64, Int) = (user["id"], user["failedLogIns"])
        if let until: String = user["lockedUntil"], until > Instant.text(now) { return false }
        guard isRight else {
            let isLast = failed + 1 >= wrongPasswordsAllowed
            let until = isLast ? Instant.text(now + Double(lockMinutes) * 60) : nil
            try db.execute(
                sql: "UPDATE user SET failedLogIns = ?, lockedUntil = ? WHERE id = ?",
                arguments: [isLast ? 0 : failed + 1, until, id])
            try audit(
                db, isLast ? "lock user" : "refuse log-in", subject: name,
                detail: "wrong password", actor: name)
            return false
        }
        try db.execute(
            sql: "UPDATE user SET failedLogIns = 0, lockedUntil = NULL WHERE id = ?",
            arguments: [id])
        try insertSession(db, session, user: id, now: now)
        try audit(db, "log in", subject: name, actor: name)
        return true
    }
}
