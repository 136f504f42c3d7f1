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
                search(""),
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
            isFull: tumours.count == rows
        ) { row, key, _ in
            switch key {
            case "class": return classWords(tumours[row].growthClass)
            case "lastExam":
                return tumours[row].lastScanId.map {
                    anchor("/scans/\($0)", tumours[row].lastExam.iso)
                }
            default: return nil
            }
        }
    }

    /// A class in the words of sentences, which may be broken into lines.
    static func classWords(_ name: String) -> String {
        "<span class=\"wrap\">\(escaped(GrowthClass(rawValue: name)?.title ?? name))</span>"
    }

    private static func section(
        _ title: String, _ table: TextTable?, _ caption: String, isFull: Bool,
        cell: TextTable.CellHTML = { _, _, _ in nil }
    ) -> String {
        let rest =
            isFull ? "<p class=\"note\">Only the first \(rows) are shown.</p>" : ""
        return "<h2>\(escaped(title))</h2>"
            + (table.map { scrolling($0, caption: caption, cell: cell) }
                ?? "<p class=\"note\">None.</p>")
            + rest
    }
}
