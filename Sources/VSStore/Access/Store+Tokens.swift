import Foundation
import GRDB
public import VSGrowth

extension Store {
    /// Makes a bearer token for a user: 256 random bits, of which the store keeps only the hash.
    ///
    /// - Parameters:
    ///   - user: whose it is.
    ///   - name: what it is for.
    ///   - expiry: the last day it is good for; nil for no end.
    /// - Returns: the token's text, which cannot be had again.
    /// - Throws: ``StoreError`` for an unknown or disabled user, or a bad name.
    public func createToken(
        forUser user: String, name: String, expiresOn expiry: ExamDate? = nil
    ) throws -> String {
        try Self.checkAccessName(name, subject: "token name")
        let text = "vsdb_" + randomHexadecimal(bytes: 32)
        let hash = Self.sha256(of: text)
        try write { db in
            let record = try Self.knownUser(db, user)
            guard !record.isDisabled else {
                throw StoreError(
                    .invalid, subject: user, message: "This user is disabled.",
                    remedy: "Enable the user first: vsdb user disable NAME --undo.")
            }
            try db.execute(
                sql: """
                    INSERT INTO token (userId, name, hash, createdAt, expiresOn)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [record.id, name, hash, Instant.now(), expiry])
            try Self.audit(db, "create token", subject: user, detail: name)
        }
        return text
    }

    /// All tokens, by user and number.
    public func tokens() throws -> [TokenRecord] {
        try read {
            try TokenRecord.fetchAll(
                $0,
                sql: """
                    SELECT token.id, user.name AS user, token.name, token.createdAt,
                        token.expiresOn, token.revokedAt
                    FROM token JOIN user ON user.id = token.userId
                    ORDER BY user.name, token.id
                    """)
        }
    }

    /// Takes a token back.
    ///
    /// - Returns: whether it held until now.
    /// - Throws: ``StoreError`` for an unknown token.
    @discardableResult
    public func revokeToken(_ id: Int64) throws -> Bool {
        try write { db in
            guard
                let row = try Row.fetchOne(
                    db,
                    sql: """
                        SELECT user.name, token.revokedAt FROM token
                        JOIN user ON user.id = token.userId WHERE token.id = ?
                        """,
                    arguments: [id])
            else {
                throw StoreError(
                    .unknown, subject: "token \(id)", message: "There is no token of this number.",
                    remedy: "'vsdb token list' shows those there are.")
            }
            guard (row["revokedAt"] as String?) == nil else { return false }
            try db.execute(
                sql: "UPDATE token SET revokedAt = ? WHERE id = ?",
                arguments: [Instant.now(), id])
            let user: String = row["name"]
            try Self.audit(db, "revoke token", subject: user, detail: "token \(id)")
            return true
        }
    }

    /// Who holds a token; nil where it is unknown, revoked or past its day, or its user disabled.
    ///
    /// The look-up is by the hash of 256 random bits, so its duration says nothing of use.
    public func identity(ofToken text: String, on today: ExamDate) throws -> Identity? {
        let hash = Self.sha256(of: text)
        return try read { db in
            let row = try Row.fetchOne(
                db, sql: Self.identitySQL, arguments: ["hash": hash, "today": today])
            guard let row, let role = Role(rawValue: row["role"]) else { return nil }
            return Identity(user: row["name"], role: role, token: row["id"])
        }
    }

    package static let identitySQL = """
        SELECT token.id, user.name, user.role FROM token JOIN user ON user.id = token.userId
        WHERE token.hash = :hash AND token.revokedAt IS NULL AND user.isDisabled = 0
            AND (token.expiresOn IS NULL OR token.expiresOn >= :today)
        """
}
