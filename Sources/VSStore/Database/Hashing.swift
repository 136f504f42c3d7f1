import Crypto
public import Foundation

extension Store {
    /// SHA-256 of bytes, hexadecimal.
    public static func sha256(of data: Data) -> String { hexadecimal(SHA256.hash(data: data)) }

    /// SHA-256 of a text's UTF-8, hexadecimal.
    static func sha256(of text: String) -> String { sha256(of: Data(text.utf8)) }

    /// Whether two secrets are the same, without an early end: the time does not tell how much of one
    /// is right.
    package static func areSame(_ one: String, _ other: String) -> Bool {
        one.utf8.count == other.utf8.count
            && zip(one.utf8, other.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// Bytes as lower-case hexadecimal.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
        decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}

/// Random bits of the system's generator, as hexadecimal text.
func randomHexadecimal(bytes count: Int) -> String {
    var generator = SystemRandomNumberGenerator()
    return hexadecimal((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
}
