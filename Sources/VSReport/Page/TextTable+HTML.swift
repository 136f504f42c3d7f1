extension TextTable {
    /// The table as HTML.
    ///
    /// - Parameters:
    ///   - caption: what it lists; nil for none.
    ///   - link: the address that a cell leads to, by its column's key and its text; nil for none.
    /// - Returns: a `table` element in which every text is escaped.
    package func html(
        caption: String? = nil, link: (_ key: String, _ text: String) -> String? = { _, _ in nil }
    ) -> String {
        let head = columns.map {
            "<th scope=\"col\"\(Self.style($0))>\(escaped($0.title))</th>"
        }
        let body = rows.map { row in
            "<tr>"
                + zip(row, columns).map { value, column in
                    let text = escaped(value.shown)
                    let cell = link(column.key, value.shown).map {
                        "<a href=\"\(escaped($0))\">\(text)</a>"
                    }
                    return "<td\(Self.style(column))>\(cell ?? text)</td>"
                }.joined() + "</tr>"
        }
        return """
            <table>\(caption.map { "<caption>\(escaped($0))</caption>" } ?? "")
            <thead><tr>\(head.joined())</tr></thead>
            <tbody>
            \(body.joined(separator: "\n"))
            </tbody>
            </table>
            """
    }

    private static func style(_ column: Column) -> String {
        column.alignment == .right ? " class=\"number\"" : ""
    }
}
