import CryptoExtras
import Foundation

/// What is kept of a password: scrypt (RFC 7914) of it with a salt, and the costs it was made with.
struct PasswordHash: Sendable, Equatable, CustomStringConvertible {
    /// N = 2^15, r = 8, p = 3: 32 MiB; one of the settings of OWASP's password storage cheat sheet.
    static let (logRounds, blockSize, parallelism) = (15, 8, 3)

    private let logRounds, blockSize, parallelism: Int
    private let salt, key: String

    /// Hashes a password with a salt of its own.
    init(_ password: String) throws {
        try self.init(password, salt: randomHexadecimal(bytes: 16))
    }

    private init(
        _ password: String, salt: String, logRounds: Int = Self.logRounds,
        blockSize: Int = Self.blockSize, parallelism: Int = Self.parallelism
    ) throws {
        let derived = try KDF.Scrypt.deriveKey(
            from: Data(password.precomposedStringWithCanonicalMapping.utf8), salt: Data(salt.utf8),
            outputByteCount: 32, rounds: 1 << logRounds, blockSize: blockSize,
            parallelism: parallelism)
        (self.logRounds, self.blockSize, self.parallelism) = (logRounds, blockSize, parallelism)
        self.salt = salt
        key = derived.withUnsafeBytes { hexadecimal($0) }
    }

    /// Reads what `description` writes; nil for anything else.
    init?(stored text: String) {
        let parts = text.split(separator: ":").map(String.init)
        guard parts.count == 6, parts[0] == "scrypt", let n = Int(parts[1]), (1...20).contains(n),
            let r = Int(parts[2]), (1...32).contains(r), let p = Int(parts[3]), (1...16).contains(p)
        else { return nil }
        (logRounds, blockSize, parallelism) = (n, r, p)
        (salt, key) = (parts[4], parts[5])
    }

    var description: String {
        "scrypt:\(logRounds):\(blockSize):\(parallelism):\(salt):\(key)"
    }

    /// Whether a password is the one that was hashed.
    func holds(for password: String) throws -> Bool {
        let other = try PasswordHash(
            password, salt: salt, logRounds: logRounds, blockSize: blockSize,
            parallelism: parallelism)
        return Store.areSame(key, other.key)
    }
}
