extension TextTable {
    /// What a cell of a table in a page holds in place of its text, as HTML; nil for the text itself.
    package typealias CellHTML = (_ row: Int, _ key: String, _ text: String) -> String?

    /// The table as HTML.
    ///
    /// Moments, which are stored in UTC, are shown as such, to the minute.
    /// - Parameters:
    ///   - caption: what it lists; nil for none.
    ///   - isStacking: whether each row becomes a card of titled lines on a narrow screen.
    ///   - cell: HTML of a cell; nil for its text.
    ///   - more: HTML of a further cell at a row's end; nil for no such column.
    /// - Returns: a `table` element in which every text is escaped.
    package func html(
        caption: String? = nil, isStacking: Bool = false, cell: CellHTML = { _, _, _ in nil },
        more: (title: String, cell: (_ row: Int) -> String)? = nil
    ) -> String {
        var head = columns.map {
            "<th scope=\"col\"\(Self.style($0))>\(escaped($0.title))</th>"
        }
        if let more { head.append("<th scope=\"col\">\(escaped(more.title))</th>") }
        let body = rows.enumerated().map { number, row in
            let cells = zip(row, columns).map { value, column in
                let content = cell(number, column.key, value.shown) ?? Self.content(value)
                let title = isStacking ? " data-title=\"\(escaped(column.title))\"" : ""
                return "<td\(Self.style(column))\(title)>\(content)</td>"
            }
            return "<tr>" + cells.joined() + (more.map { "<td>\($0.cell(number))</td>" } ?? "")
                + "</tr>"
        }
        return """
            <table\(isStacking ? " class=\"stacking\"" : "")>\
            \(caption.map { "<caption>\(escaped($0))</caption>" } ?? "")
            <thead><tr>\(head.joined())</tr></thead>
            <tbody>
            \(body.joined(separator: "\n"))
            </tbody>
            </table>
            """
    }

    private static func content(_ value: Value) -> String {
        guard case .text(let text) = value, let moment = MomentText.html(text) else {
            return escaped(value.shown)
        }
        return moment
    }

    private static func style(_ column: Column) -> String {
        switch column.alignment {
        case .left: ""
        case .right: " class=\"number\""
        case .prose: " class=\"prose\""
        }
    }
}

/// Moments on pages.
package enum MomentText {
    /// A stored moment, such as 2026-11-28T07:31:08Z, in UTC to the minute; nil for any other text.
    package static func html(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.count == 20, bytes[10] == UInt8(ascii: "T"), bytes[19] == UInt8(ascii: "Z"),
            bytes.indices.allSatisfy({ place in
                switch place {
                case 4, 7: bytes[place] == UInt8(ascii: "-")
                case 13, 16: bytes[place] == UInt8(ascii: ":")
                case 10, 19: true
                default: (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[place])
                }
            })
        else { return nil }
        let shown = String(text.prefix(16)).replacing("T", with: " ")
        return "<time datetime=\"\(text)\">\(shown) UTC</time>"
    }
}
