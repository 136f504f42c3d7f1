import Crypto
import Foundation

/// Turns identifiers into pseudonyms by a keyed hash, HMAC-SHA256.
///
/// The same identifier and key give the same pseudonym, so a patient's exams stay together. Without
/// the key nobody can try identifiers out. The key lies outside the database's folder.
public struct Pseudonymiser: Sendable {
    /// Bytes of a key.
    static let keyBytes = 32
    private let key: SymmetricKey
    /// Whether the key was made just now, so that it gives pseudonyms that no exam has yet.
    public let hasNewKey: Bool

    /// Reads the key, or makes one where the file does not exist (mode 0600).
    ///
    /// - Parameters:
    ///   - file: the key's file: 64 hexadecimal digits.
    ///   - location: the store; a key in its folder is refused.
    /// - Throws: ``StoreError`` where the key lies in the database's folder, is open to others, is
    ///   no key, or cannot be read or made.
    public init(keyFile file: String, outside location: StoreLocation) throws(StoreError) {
        func error(_ message: String, _ remedy: String) -> StoreError {
            StoreError(.invalid, subject: file, message: message, remedy: remedy)
        }
        let path = URL(fileURLWithPath: file).resolvingSymlinksInPath().standardized.path
        let folder = URL(fileURLWithPath: location.database).deletingLastPathComponent()
            .resolvingSymlinksInPath().standardized.path
        guard !path.hasPrefix(folder + "/") else {
            throw error(
                "The key lies in the database's folder, where whoever has the one has the other.",
                "Give another place with --key-file.")
        }
        let files = FileManager.default
        hasNewKey = !files.fileExists(atPath: path)
        if hasNewKey { try Self.make(path, subject: file) }
        let mode = (try? files.attributesOfItem(atPath: path))?[.posixPermissions] as? NSNumber
        guard let mode, mode.intValue & 0o077 == 0 else {
            throw error("Others may read the key.", "Run 'chmod 600' on it.")
        }
        guard let data = files.contents(atPath: path), let bytes = Self.bytes(ofHex: data) else {
            throw error(
                "It is no key: 64 hexadecimal digits are expected.",
                "Restore the key from its backup; another key gives other pseudonyms.")
        }
        key = SymmetricKey(data: bytes)
    }

    /// A pseudonymiser with a key in memory.
    package init(key: [UInt8]) {
        self.key = SymmetricKey(data: key)
        hasNewKey = false
    }

    /// The pseudonym of a patient's identifier: "VS" and 20 letters and digits, 100 bits.
    public func pseudonym(of identifier: String) -> String {
        let alphabet = Array("ABCDEFGHJKLMNPQRSTUVWXYZ23456789")
        return "VS" + hash("patient", identifier).prefix(20).map { alphabet[Int($0 & 31)] }
    }

    /// A UID that stands for another: 2.25 and 128 bits of the hash, as for UUIDs.
    public func uid(_ uid: String) -> String {
        let number = hash("uid", uid).prefix(16).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        return "2.25.\(number)"
    }

    private func hash(_ purpose: String, _ text: String) -> [UInt8] {
        Array(
            HMAC<SHA256>.authenticationCode(
                for: Data("vsdb \(purpose) 1\0\(text)".utf8), using: key))
    }

    private static func make(_ path: String, subject: String) throws(StoreError) {
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        let hex = bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
        let folder = (path as NSString).deletingLastPathComponent
        try? FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        // Exclusive: two programs that start at once must not each keep a key of their own.
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard file >= 0 || errno == EEXIST else {
            throw StoreError(
                .readOnly, subject: subject, message: "A key cannot be made there.",
                remedy: "Check the folder, or give another place with --key-file.")
        }
        guard file >= 0 else { return }
        let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: Data((hex + "\n").utf8))
            try handle.synchronize()
        } catch {
            unlink(path)
            throw StoreError(
                .full, subject: subject, message: "The key cannot be written (\(error)).",
                remedy: "Free some space.")
        }
    }

    private static func bytes(ofHex data: Data) -> [UInt8]? {
        let text = String(decoding: data, as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let digits = text.compactMap(\.hexDigitValue)
        guard text.count == 2 * keyBytes, digits.count == text.count else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map {
            UInt8(digits[$0] * 16 + digits[$0 + 1])
        }
    }
}
