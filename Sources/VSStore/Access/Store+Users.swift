import Foundation
import GRDB

extension Store {
    /// Adds a user of the service.
    ///
    /// - Parameters:
    ///   - name: 1 to 64 characters, no control characters, no blanks at its ends.
    ///   - role: what the user may do.
    /// - Throws: ``StoreError`` for a bad name, or one that is taken.
    public func addUser(_ name: String, role: Role) throws {
        try Self.checkAccessName(name, subject: "user name")
        try write { db in
            guard try Self.user(db, name) == nil else {
                throw StoreError(
                    .conflict, subject: name, message: "There is a user of this name already.",
                    remedy: "Choose another name.")
            }
            try db.execute(
                sql: "INSERT INTO user (name, role, isDisabled, createdAt) VALUES (?, ?, 0, ?)",
                arguments: [name, role.rawValue, Instant.now()])
            try Self.audit(db, "add user", subject: name, detail: role.rawValue)
        }
    }

    /// All users, by name.
    public func users() throws -> [UserRecord] {
        try read { try UserRecord.fetchAll($0, sql: "SELECT * FROM user ORDER BY name") }
    }

    /// Shuts a user out, or lets the user in again; tokens hold only while the user does.
    ///
    /// - Returns: whether that changed anything.
    /// - Throws: ``StoreError`` for an unknown user, or the only administrator that is left.
    @discardableResult
    public func setUser(_ name: String, isDisabled: Bool) throws -> Bool {
        try write { db in
            let user = try Self.knownUser(db, name)
            guard user.isDisabled != isDisabled else { return false }
            if isDisabled { try Self.checkIsNotLastAdministrator(db, user) }
            try db.execute(
                sql: "UPDATE user SET isDisabled = ? WHERE id = ?",
                arguments: [isDisabled, user.id])
            // Whoever comes back logs in again.
            try db.execute(sql: "DELETE FROM session WHERE userId = ?", arguments: [user.id])
            try Self.audit(db, isDisabled ? "disable user" : "enable user", subject: name)
            return true
        }
    }

    /// Gives a user another role, and ends the user's sessions; a device has no password any more.
    ///
    /// - Parameters:
    ///   - name: the user's name.
    ///   - role: what the user may do from now on.
    /// - Returns: whether that changed anything.
    /// - Throws: ``StoreError`` for an unknown user, or the only administrator that is left.
    @discardableResult
    public func setUser(_ name: String, role: Role) throws -> Bool {
        try write { db in
            let user = try Self.knownUser(db, name)
            guard user.role != role else { return false }
            try Self.checkIsNotLastAdministrator(db, user)
            try db.execute(
                sql: """
                    UPDATE user SET role = ?, password = iif(?, password, NULL) WHERE id = ?
                    """,
                arguments: [role.rawValue, role.mayRead, user.id])
            try db.execute(sql: "DELETE FROM session WHERE userId = ?", arguments: [user.id])
            try Self.audit(
                db, "change role", subject: name,
                detail: "\(user.role.rawValue) to \(role.rawValue)")
            return true
        }
    }

    /// Throws where without this user nobody could administer the service any more.
    private static func checkIsNotLastAdministrator(_ db: Database, _ user: UserRecord) throws {
        guard user.role.mayAdminister, !user.isDisabled else { return }
        let others = try UserRecord.fetchAll(
            db, sql: "SELECT * FROM user WHERE isDisabled = 0 AND id <> ?", arguments: [user.id])
        guard !others.contains(where: \.role.mayAdminister) else { return }
        throw StoreError(
            .conflict, subject: user.name,
            message: "This is the only administrator; without one nobody could promote models or "
                + "read the audit.",
            remedy: "Add another first: vsdb user add NAME --role administrator.")
    }

    /// A user.
    ///
    /// - Throws: ``StoreError`` where there is none of this name.
    public func user(_ name: String) throws -> UserRecord {
        try read { try Self.knownUser($0, name) }
    }

    static func user(_ db: Database, _ name: String) throws -> UserRecord? {
        try UserRecord.fetchOne(
            db, sql: "SELECT * FROM user WHERE name = ?", arguments: [name])
    }

    static func knownUser(_ db: Database, _ name: String) throws -> UserRecord {
        guard let user = try user(db, name) else {
            throw StoreError(
                .unknown, subject: name, message: "There is no user of this name.",
                remedy: "'vsdb user list' shows those there are.")
        }
        return user
    }

    /// Checks a name of a user or token: 1 to 64 characters that can stand in a list.
    static func checkAccessName(_ name: String, subject: String) throws(StoreError) {
        let isClean = name.unicodeScalars.allSatisfy {
            !CharacterSet.controlCharacters.contains($0) && !CharacterSet.newlines.contains($0)
        }
        guard isClean, !name.isEmpty, name.unicodeScalars.count <= 64,
            name.trimmingCharacters(in: .whitespaces) == name
        else {
            throw StoreError(
                .invalid, subject: subject,
                message: "A name has 1 to 64 characters, no control characters, and no blanks at "
                    + "its ends.",
                remedy: "Choose another name.")
        }
    }
}
