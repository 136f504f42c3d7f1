/// The rows as a list of objects of field names: what ``TextTable/objects`` holds, for an encoder.
extension TextTable: Encodable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Writes every row; cells without a value are null.
    public func encode(to encoder: any Encoder) throws {
        let keys = columns.map { Key(stringValue: $0.key) }
        var list = encoder.unkeyedContainer()
        for row in rows {
            var object = list.nestedContainer(keyedBy: Key.self)
            for (key, value) in zip(keys, row) { try object.encode(value, forKey: key) }
        }
    }
}

extension TextTable.Value: Encodable {
    /// Writes the bare value; a number that is none is null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let value, _) where value.isFinite: try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .flag(let value): try container.encode(value)
        case .number, .none: try container.encodeNil()
        }
    }
}
