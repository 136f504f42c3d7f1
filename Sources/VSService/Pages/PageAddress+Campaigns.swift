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
                            ? "<p class=\"note\">None. Whoever runs the service begins one.</p>"
                            : scrolling(
                                TextTable(campaigns: campaigns),
                                caption: "The newest 100 first; the number opens the drift report"))
            )
        },
        PageAddress(path: "/campaigns/{campaign}", action: "read drift report") { visit in
            let campaign = try visit.question.campaign()
            let surveillance = visit.question.surveillance
            let report = try surveillance.driftReport(of: campaign)
            let facts = try FieldList(campaign, in: surveillance)
            let objections = report.objections(by: try surveillance.limits(of: campaign))
            var body = [scrolling(facts.table, caption: "Of this campaign")]
            body += DriftSection(report, of: campaign, objections).html
            // Last, as the report is what the decision rests on.
            if visit.session.role.mayAdminister {
                body.append(
                    CampaignForms(campaign, isMissing: report.missing > 0, visit.session).html)
            }
            return .page(title: "Campaign \(campaign.id)", body: body.joined(separator: "\n"))
        },
        PageAddress(path: "/campaigns/{campaign}/chart", action: "read drift chart") { visit in
            let campaign = try visit.question.campaign()
            let report = try visit.question.surveillance.driftReport(of: campaign)
            guard !report.pairs.isEmpty else {
                throw Problem(404, "unknown", "No tumour was measured by both models.")
            }
            let chart = AgreementChart(report, of: campaign)
            return try svg(visit, chart.write(to:in:))
        },
    ]
}
