import Foundation
import VSStore

/// A small table in a text file: a first line of names, then rows, by commas or tabs.
///
/// Fields may stand in double quotes, with a doubled quote for one (RFC 4180); lines within quotes are
/// not known.
struct TextColumns {
    /// The names of the first line.
    let names: [String]
    /// The rows, as long as the first line; missing fields are empty.
    let rows: [[String]]

    /// Reads a file.
    ///
    /// - Throws: `StoreError` where it cannot be read or is empty.
    init(_ path: String) throws(StoreError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw StoreError(
                .unknown, subject: path, message: "It cannot be read.",
                remedy: "Check the path and its permissions.")
        }
        let text = String(decoding: data, as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline)
        guard let head = lines.first else {
            throw StoreError(
                .invalid, subject: path, message: "It is empty.",
                remedy: "Copy the data set again.")
        }
        let separator: Character = head.contains("\t") ? "\t" : ","
        // Spreadsheets put a mark of the byte order before the first name.
        let names = Self.fields(head, separator).map {
            $0.trimmingCharacters(in: CharacterSet(charactersIn: "\u{FEFF} "))
        }
        self.names = names
        rows = lines.dropFirst().map { line in
            let fields = Self.fields(line, separator)
            return (0..<names.count).map { $0 < fields.count ? fields[$0] : "" }
        }
    }

    /// The place of a column, without regard to case; nil where there is none.
    func column(_ name: String) -> Int? {
        names.firstIndex { $0.lowercased() == name.lowercased() }
    }

    private static func fields(_ line: Substring, _ separator: Character) -> [String] {
        var fields = [""]
        var isQuoted = false
        var rest = line
        while let character = rest.popFirst() {
            let last = fields.count - 1
            if isQuoted, character == "\"" {
                if rest.first == "\"" {
                    fields[last].append("\"")
                    rest.removeFirst()
                } else {
                    isQuoted = false
                }
            } else if !isQuoted, character == "\"", fields[last].isEmpty {
                isQuoted = true
            } else if !isQuoted, character == separator {
                fields.append("")
            } else {
                fields[last].append(character)
            }
        }
        return fields.map { $0.trimmingCharacters(in: .whitespaces) }
    }
}
