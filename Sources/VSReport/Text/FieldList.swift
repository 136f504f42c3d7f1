/// Facts of one thing, each with a title for people and a stable key for programs.
public struct FieldList: Sendable {
    /// One fact.
    struct Field: Sendable {
        let title: String
        let key: String
        let value: TextTable.Value
    }

    private var fields: [Field] = []

    /// An empty list.
    public init() {}

    /// Adds a fact.
    public mutating func add(_ title: String, key: String, _ value: TextTable.Value) {
        fields.append(Field(title: title, key: key, value: value))
    }

    /// Adds keys that have no value here, which JSON shows as null and people do not see.
    public mutating func addMissing(_ keys: [String]) {
        for key in keys { fields.append(Field(title: "", key: key, value: .none)) }
    }

    /// The facts as a table of two columns, titles after `prefix`.
    public func add(to table: inout TextTable, prefix: String = "") {
        for field in fields where !field.title.isEmpty {
            table.add([.text(prefix + field.title), .text(field.value.shown)])
        }
    }

    /// The facts by key, for JSON.
    public var object: [String: Any] {
        Dictionary(uniqueKeysWithValues: fields.map { ($0.key, $0.value.json) })
    }
}
