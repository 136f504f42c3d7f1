/// Reads what a text gives and leaves the rest as it was; refuses names that nobody knows.
///
/// So a clinic's file needs only what it changes, and a misspelled name is no silent default.
struct PartialContainer<Key> where Key: CodingKey & CaseIterable & RawRepresentable<String> {
    private let container: KeyedDecodingContainer<Key>

    init(_ decoder: any Decoder, _ keys: Key.Type) throws {
        let known = keys.allCases.map(\.rawValue).sorted()
        let given = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue).sorted()
        if let unknown = given.first(where: { !known.contains($0) }) {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "there is no \"\(unknown)\" here; known are "
                        + known.joined(separator: ", ")))
        }
        container = try decoder.container(keyedBy: keys)
    }

    /// Replaces `value` where the text has the key.
    func fill<Value: Decodable>(_ value: inout Value, _ key: Key) throws {
        guard container.contains(key) else { return }
        value = try container.decode(Value.self, forKey: key)
    }
}

/// Any name, known or not.
private struct AnyKey: CodingKey {
    let stringValue: String
    let intValue: Int? = nil

    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
