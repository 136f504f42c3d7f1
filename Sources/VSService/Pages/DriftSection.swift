import VSGrowth
import VSReport
import VSStore
import VSSurveillance

/// The drift report as part of a campaign's page.
struct DriftSection: Sendable {
    private let report: DriftReport
    private let campaign: CampaignRecord
    private let objections: [String]

    /// `objections` say why the model may not take over by itself.
    init(_ report: DriftReport, of campaign: CampaignRecord, _ objections: [String]) {
        self.report = report
        self.campaign = campaign
        self.objections = objections
    }

    /// HTML, in which every text is escaped.
    var html: [String] {
        var body = ["<h2>Drift</h2>"]
        if report.missing > 0 {
            let scans = Words.count(report.missing, "scan")
            body.append("<p>Not segmented by the new model yet: \(scans).</p>")
        }
        body.append(verdict)
        body.append(
            "<p class=\"note\">A difference says that the models differ, not which is right.</p>")
        if !report.pairs.isEmpty {
            let pairs = Words.count(report.pairs.count, "measurement")
            body.append(
                PageAddress.chart(
                    at: "/campaigns/\(campaign.id)/chart", size: (720, 460),
                    "Bland and Altman's picture of \(pairs) by both models; the table has bias and "
                        + "limits."))
        }
        body.append(
            PageAddress.scrolling(
                TextTable(bands: report),
                caption: "Volumes, the new model against the one before: bias and 95 % limits of "
                    + "agreement"))
        body.append(
            part(
                "\(report.changes.count) of \(Words.count(report.tumours, "tumour")) "
                    + (campaign.isOpen ? "would change class" : "differ in class"),
                TextTable(changes: report.changes, withSentences: true),
                "What either class rests on"
            ) { _, key, text in
                key == "oldClass" || key == "newClass" ? PageAddress.classWords(text) : nil
            })
        body.append(
            part(
                "\(Words.count(report.lost.count, "measurement")) lost",
                TextTable(drift: report.lost),
                "Measured by the model before, and not by the new one"))
        body.append(
            part(
                "\(Words.count(report.found.count, "measurement")) new",
                TextTable(drift: report.found),
                "Measured by the new model, and not by the one before"))
        return body
    }

    /// A warning while there is something to decide, and a fact afterwards.
    private var verdict: String {
        let reasons = escaped(objections.joined(separator: " "))
        guard campaign.isOpen else {
            return objections.isEmpty
                ? "<p>The models agreed within the limits for promotion by itself.</p>"
                : "<p>The models differed by more than the limits for promotion by itself allowed: "
                    + "\(reasons)</p>"
        }
        return objections.isEmpty
            ? "<p>\(report.missing > 0 ? "So far within" : "Within") the limits for promotion by "
                + "itself.</p>"
            : "<p class=\"flag\">Outside the limits for promotion by itself: \(reasons)</p>"
    }

    private func part(
        _ title: String, _ table: TextTable, _ caption: String,
        cell: TextTable.CellHTML = { _, _, _ in nil }
    ) -> String {
        "<h2>\(escaped(title))</h2>"
            + (table.rows.isEmpty
                ? "" : PageAddress.scrolling(table, caption: caption, cell: cell))
    }
}
