import VSReport

extension PageAddress {
    static func anchor(_ address: String, _ text: String) -> String {
        "<a href=\"\(escaped(address))\">\(escaped(text))</a>"
    }

    /// A table whose patients and scans lead to their pages, and which may be wider than the page.
    ///
    /// - Parameters:
    ///   - table: the table; one of many columns, or of sentences, is stacked on a narrow screen.
    ///   - caption: what it lists.
    ///   - cell: HTML of a cell that is more than its text.
    ///   - more: a further cell at each row's end.
    /// - Returns: HTML.
    static func scrolling(
        _ table: TextTable, caption: String, cell: TextTable.CellHTML = { _, _, _ in nil },
        more: (title: String, cell: (_ row: Int) -> String)? = nil
    ) -> String {
        let cells: TextTable.CellHTML = { row, key, text in
            if let own = cell(row, key, text) { return own }
            return switch key {
            case "patient": anchor("/patients/\(PageShell.part(text))", text)
            case "scan" where text.allSatisfy(\.isNumber): anchor("/scans/\(text)", text)
            case "campaign" where text.allSatisfy(\.isNumber): anchor("/campaigns/\(text)", text)
            case "job" where text.allSatisfy(\.isNumber): anchor("/jobs/\(text)", text)
            default: nil
            }
        }
        // Short rows of numbers fit on a telephone; sentences and long rows do not.
        let count = table.columns.count
        let hasProse = table.columns.contains { $0.alignment == .prose }
        let html = table.html(
            caption: caption, isStacking: count > 6 || (count > 3 && hasProse), cell: cells,
            more: more)
        return
            "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"\(escaped(caption))\">"
            + "\(html)</div>"
    }
}
