import VSReport
import VSStore
import VSSurveillance

extension PageAddress {
    /// Changes of the model, and how the new one differs from the one before.
    static let campaigns: [PageAddress] = [
        PageAddress(path: "/campaigns", action: "list campaigns") { visit in
            let campaigns = try visit.store.campaigns(limit: 100)
            return .page(
                title: "Campaigns",
                body: """
                    <p class="note">A change of the model is a campaign: every T2 scan is segmented by \
                    the new one, and growth keeps to the old one's series until it is promoted.</p>
                    """
                        + (campaigns.isEmpty
                            ? "<p class=\"note\">None. 'vsdb model activate NAME' begins one.</p>"
                            : scrolling(
                                TextTable(campaigns: campaigns),
                                caption: "The newest 100 first; the number opens the drift report"))
            )
        },
        PageAddress(path: "/campaigns/{campaign}", action: "read drift report") { visit in
            let campaign = try campaign(visit)
            let surveillance = visit.question.surveillance
            let report = try surveillance.driftReport(of: campaign)
            let facts = try FieldList(campaign, in: surveillance)
            let objections = report.objections(by: try surveillance.limits(of: campaign))
            var body = [scrolling(facts.table, caption: "Of this campaign")]
            if visit.session.role.mayAdminister {
                body.append(
                    CampaignForms(campaign, isMissing: report.missing > 0, visit.session).html)
            }
            body += drift(report, campaign, objections)
            return .page(title: "Campaign \(campaign.id)", body: body.joined(separator: "\n"))
        },
        PageAddress(path: "/campaigns/{campaign}/chart", action: "read drift chart") { visit in
            let campaign = try campaign(visit)
            let report = try visit.question.surveillance.driftReport(of: campaign)
            guard !report.pairs.isEmpty else {
                throw Problem(404, "unknown", "No tumour was measured by both models.")
            }
            let chart = AgreementChart(report, of: campaign)
            return .picture(try Answer(ending: ".svg", type: "image/svg+xml", chart.write(to:)))
        },
    ]

    private static func campaign(_ visit: Visit) throws -> CampaignRecord {
        let number = try visit.question.number("campaign")
        guard let found = try visit.store.campaign(number) else {
            throw Problem(404, "unknown", "There is no campaign \(number).")
        }
        return found
    }

    private static func drift(
        _ report: DriftReport, _ campaign: CampaignRecord, _ objections: [String]
    ) -> [String] {
        var body = ["<h2>Drift</h2>"]
        if report.missing > 0 {
            body.append("<p>\(report.missing) scans are not segmented by the new model yet.</p>")
        }
        body.append(
            objections.isEmpty
                ? "<p>Within the limits for promotion by itself.</p>"
                : "<p class=\"flag\">Outside the limits for promotion by itself: "
                    + "\(escaped(objections.joined(separator: " ")))</p>")
        body.append(
            "<p class=\"note\">A difference says that the models differ, not which is right.</p>")
        if !report.pairs.isEmpty {
            body.append(
                """
                <img src="/campaigns/\(campaign.id)/chart" width="720" height="460" alt="Bland and \
                Altman's picture of \(report.pairs.count) tumours on scans that both models measured; \
                the table has bias and limits.">
                """)
        }
        body.append(
            scrolling(
                TextTable(bands: report),
                caption: "Volumes, the new model against the one before: bias and 95 % limits of "
                    + "agreement"))
        body.append(
            part(
                "\(report.changes.count) of \(report.tumours) tumours would change their class",
                TextTable(changes: report.changes, withSentences: true),
                "What either class rests on"))
        body.append(
            part(
                "\(report.lost.count) measurements are lost", TextTable(drift: report.lost),
                "Measured by the model before, and not by the new one"))
        body.append(
            part(
                "\(report.found.count) measurements are new", TextTable(drift: report.found),
                "Measured by the new model, and not by the one before"))
        return body
    }

    private static func part(_ title: String, _ table: TextTable, _ caption: String) -> String {
        "<h2>\(escaped(title))</h2>"
            + (table.rows.isEmpty ? "" : scrolling(table, caption: caption))
    }
}

/// The forms by which an administrator ends a campaign.
struct CampaignForms {
    private let campaign: CampaignRecord
    private let isMissing: Bool
    private let session: Session

    /// `isMissing`: whether scans are not segmented by the new model.
    init(_ campaign: CampaignRecord, isMissing: Bool, _ session: Session) {
        self.campaign = campaign
        self.isMissing = isMissing
        self.session = session
    }

    /// The forms that may be sent now; nothing for a campaign that was given up.
    var html: String {
        switch campaign.state {
        case .running, .complete: promotion + end("Give the campaign up", givingUp)
        case .promoted: end("Take the promotion back", takingBack)
        case .rolledBack, .cancelled: ""
        }
    }

    private let givingUp =
        "Its jobs are cancelled, and the model before stays active."
    private let takingBack =
        "The model before is active again and growth is judged by its series; what the new model "
        + "measured stays stored and counts no more."

    private var promotion: String {
        let leaving =
            isMissing
            ? """
            <p><label><input type="checkbox" name="leaveOut" value="1"> Leave scans out of growth \
            that the new model could not segment</label></p>
            """ : ""
        return """
            <form class="card" method="post" action="/campaigns/\(campaign.id)/promote">
            \(PageShell.token(session.formToken))
            <p>\(escaped(campaign.model)) takes over: all growth is judged by its series from then \
            on.</p>
            \(leaving)
            <p><label><input type="checkbox" name="sure" value="1" required> I have read the drift \
            report</label></p>
            <button>Promote</button>
            </form>
            """
    }

    private func end(_ title: String, _ text: String) -> String {
        """
        <form class="card" method="post" action="/campaigns/\(campaign.id)/rollback">
        \(PageShell.token(session.formToken))
        <p>\(escaped(text))</p>
        <p><label><input type="checkbox" name="sure" value="1" required> I am sure</label></p>
        <button>\(escaped(title))</button>
        </form>
        """
    }
}
