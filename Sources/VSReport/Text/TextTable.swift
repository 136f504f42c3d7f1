import Foundation

/// A table as aligned text, CSV or JSON, from one set of columns.
public struct TextTable: Sendable {
    /// How a column's cells stand.
    public enum Alignment: Sendable {
        /// At the left edge: words.
        case left
        /// At the right edge: numbers.
        case right
        /// At the left edge: a sentence, which a page breaks into lines.
        case prose
    }

    /// One column.
    public struct Column: Sendable {
        /// The heading people see, with its unit.
        public var title: String
        /// The stable field name in CSV and JSON, with its unit.
        public var key: String
        /// How its cells stand.
        public var alignment: Alignment

        /// Makes a column.
        public init(_ title: String, key: String, _ alignment: Alignment = .left) {
            self.title = title
            self.key = key
            self.alignment = alignment
        }
    }

    /// One cell.
    public enum Value: Sendable, Hashable {
        /// A word.
        case text(String)
        /// A number with its text for people.
        case number(Double, String)
        /// A whole number.
        case integer(Int)
        /// Yes or no.
        case flag(Bool)
        /// Nothing.
        case none

        var shown: String {
            switch self {
            case .text(let text): Self.printable(text)
            case .number(_, let text): text
            case .integer(let value): String(value)
            case .flag(let value): value ? "yes" : "no"
            case .none: "-"
            }
        }

        /// Without control characters, by which a text from a file could steer the terminal.
        private static func printable(_ text: String) -> String {
            // Control characters are these bytes, or begin with the last one.
            guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == 0xC2 }) else {
                return text
            }
            return String(
                String.UnicodeScalarView(
                    text.unicodeScalars.map {
                        $0.properties.generalCategory == .control ? "\u{FFFD}" : $0
                    }))
        }

        /// With an apostrophe before what a spreadsheet would take for a formula; a dash and a signed
        /// number are none.
        private static func inert(_ text: String) -> String {
            let scalars = text.unicodeScalars
            guard let first = scalars.first, "=+-@\t\r".unicodeScalars.contains(first) else {
                return text
            }
            let isSigned = "+-".unicodeScalars.contains(first)
            let plain = "0123456789. %".unicodeScalars
            return isSigned && scalars.dropFirst().allSatisfy(plain.contains) ? text : "'" + text
        }

        var csv: String {
            switch self {
            case .text(let text): Self.inert(text)
            case .number(let value, _): value.isFinite ? "\(value)" : ""
            case .integer(let value): String(value)
            case .flag(let value): value ? "true" : "false"
            case .none: ""
            }
        }

        var json: Any {
            switch self {
            case .text(let text): text
            case .number(let value, _): value.isFinite ? value as Any : NSNull()
            case .integer(let value): value
            case .flag(let value): value
            case .none: NSNull()
            }
        }
    }

    /// The columns.
    public let columns: [Column]
    /// The rows; each as long as the columns.
    public private(set) var rows: [[Value]] = []
    private var emphasised: Set<Int> = []

    /// An empty table.
    public init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row; `isEmphasised` makes it bold on a terminal.
    public mutating func add(_ row: [Value], isEmphasised: Bool = false) {
        precondition(row.count == columns.count, "a row has a cell for every column")
        if isEmphasised { emphasised.insert(rows.count) }
        rows.append(row)
    }

    /// Aligned text, a heading first; colour codes only where asked.
    public func text(coloured: Bool = false) -> String {
        let cells = [columns.map(\.title)] + rows.map { $0.map(\.shown) }
        let widths = columns.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        let lines = cells.enumerated().map { number, row in
            let line = row.enumerated().map { column, cell in
                let pad = String(repeating: " ", count: widths[column] - cell.count)
                return columns[column].alignment == .right ? pad + cell : cell + pad
            }.joined(separator: "  ")
            let trimmed = line.replacing(/\s+$/, with: "")
            guard coloured else { return trimmed }
            if number == 0 { return "\u{1B}[2m\(trimmed)\u{1B}[0m" }
            return emphasised.contains(number - 1) ? "\u{1B}[1m\(trimmed)\u{1B}[0m" : trimmed
        }
        return lines.joined(separator: "\n")
    }

    /// CSV with a header of field names (RFC 4180).
    public var csv: String {
        let lines = [columns.map(\.key)] + rows.map { $0.map(\.csv) }
        return lines.map { $0.map(Self.quoted).joined(separator: ",") }.joined(separator: "\n")
    }

    /// The rows as dictionaries of field names, for JSON.
    public var objects: [[String: Any]] {
        rows.map { row in
            Dictionary(uniqueKeysWithValues: zip(columns, row).map { ($0.key, $1.json) })
        }
    }

    private static func quoted(_ cell: String) -> String {
        // By scalars, as whoever reads it: a line break of two, or a mark with an accent after it, are
        // other characters to Swift.
        let special = ",\"\n\r".unicodeScalars
        guard cell.unicodeScalars.contains(where: special.contains) else { return cell }
        let parts = cell.unicodeScalars.split(separator: "\"", omittingEmptySubsequences: false)
        return "\"" + parts.map { String($0) }.joined(separator: "\"\"") + "\""
    }
}
