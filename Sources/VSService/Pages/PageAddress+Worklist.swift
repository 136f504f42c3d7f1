import VSGrowth
import VSReport
import VSStore

extension PageAddress {
    /// Rows of each list on the page; the rest is told.
    private static let rows = 100

    /// What waits for somebody: flags first, then overdue exams, findings and outliers.
    static let worklist: [PageAddress] = [
        PageAddress(path: "/", action: "list worklist") { visit in
            let store = visit.store
            let flags = try store.flagged(FlagQuery(limit: rows))
            let overdue = try store.worklist(
                .overdue(today: visit.question.today), limit: rows)
            let outliers = try store.worklist(.outliers, limit: rows)
            let findings = try store.openFindings(limit: rows)
            let body = [
                section(
                    "⚑ Flagged", tumours: flags,
                    "Growth that nobody has acknowledged; the newest exam first."),
                section(
                    "Overdue", tumours: overdue,
                    "An exam was suggested for a day that has passed; the longest first."),
                section(
                    "To review", findings.isEmpty ? nil : TextTable(findings),
                    "What exams showed that is no number.", isFull: findings.count == rows),
                section(
                    "Outliers", tumours: outliers,
                    "Last volumes that are probably errors of measurement."),
            ]
            return .page(title: "Worklist", body: body.joined(separator: "\n"))
        }
    ]

    private static func section(_ title: String, tumours: [FlagRecord], _ caption: String)
        -> String
    {
        section(
            title, tumours.isEmpty ? nil : TextTable(tumours, withSentence: true), caption,
            isFull: tumours.count == rows)
    }

    private static func section(
        _ title: String, _ table: TextTable?, _ caption: String, isFull: Bool
    ) -> String {
        let rest =
            isFull ? "<p class=\"note\">Only the first \(rows) are shown; vsdb lists all.</p>" : ""
        return "<h2>\(escaped(title))</h2>"
            + (table.map { scrolling($0, caption: caption) } ?? "<p class=\"note\">None.</p>")
            + rest
    }

    /// A table whose patients and scans lead to their pages, and which may be wider than the page.
    static func scrolling(_ table: TextTable, caption: String) -> String {
        let html = table.html(caption: caption) { key, text in
            switch key {
            case "patient": "/patients/\(PageShell.part(text))"
            case "scan" where text.allSatisfy(\.isNumber): "/scans/\(text)"
            case "campaign" where text.allSatisfy(\.isNumber): "/campaigns/\(text)"
            default: nil
            }
        }
        return
            "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"\(escaped(caption))\">"
            + "\(html)</div>"
    }
}
