import VSReport
import VSStore
import VSSurveillance

extension Endpoint {
    /// The campaigns that change from one model to another.
    static let campaigns: [Endpoint] = [
        Endpoint(
            path: "/campaigns", name: "listCampaigns",
            summary: "Campaigns that change the model, the newest first.", parameters: paging,
            content: .page(TextTable(campaigns: []).columns), action: "list campaigns"
        ) { question in
            let limit = try question.limit()
            let campaigns = try question.store.campaigns(before: question.rowBefore(), limit: limit)
            return try Answer(
                page: TextTable(campaigns: campaigns),
                next: campaigns.count < limit ? nil : campaigns.last.map { "\($0.id)" })
        },
        Endpoint(
            path: "/campaigns/{campaign}", name: "getCampaign", summary: "How far a campaign is.",
            content: .object([
                "campaign", "state", "model", "previousModel", "scans", "segmented", "open",
                "failed", "remainingSeconds", "message",
            ]), action: "read campaign"
        ) { question in
            try answer(of: question.campaign(), question)
        },
        Endpoint(
            path: "/campaigns/{campaign}/report", name: "getDriftReport",
            summary: "How the new model differs from the one before.",
            content: .object([
                "campaign", "model", "previousModel", "missingScans", "tumours", "bands", "changes",
                "lost", "found", "objections",
            ]), action: "read drift report"
        ) { question in
            let (campaign, surveillance) = (try question.campaign(), question.surveillance)
            let report = try surveillance.driftReport(of: campaign)
            let objections = report.objections(by: try surveillance.limits(of: campaign))
            return try Answer(
                json: DriftDocument(report, of: campaign, objections: objections).object)
        },
        Endpoint(
            .post, path: "/campaigns/{campaign}/promote", name: "promoteCampaign",
            summary: "Let the new model take over: all growth is judged by its series at once.",
            body: .fields([
                Parameter(
                    name: "leaveOut", kind: "boolean",
                    description:
                        "Leave scans out of growth that the new model could not segment; false by "
                        + "default, and then a promotion with such scans is refused.")
            ]),
            content: .object(["campaign", "state", "model", "message"]), access: .administering,
            action: "send promotion"
        ) { question in
            struct Fields: Decodable {
                var leaveOut: Bool?
            }
            let leavesOut = try question.fields(Fields.self).leaveOut ?? false
            return try answer(
                of: question.surveillance.promote(question.campaign(), leavingOut: leavesOut),
                question)
        },
        Endpoint(
            .post, path: "/campaigns/{campaign}/rollback", name: "rollBackCampaign",
            summary: "Give an open campaign up, or take the newest promoted one back.",
            content: .object(["campaign", "state", "model", "message"]), access: .administering,
            action: "send rollback"
        ) { question in
            try answer(of: question.surveillance.rollBack(question.campaign()), question)
        },
    ]

    private static func answer(of campaign: CampaignRecord, _ question: Question) throws -> Answer {
        let facts = try FieldList(campaign, in: question.surveillance).object
        return try Answer(json: facts.merging(["researchUseOnly": true]) { a, _ in a })
    }
}
