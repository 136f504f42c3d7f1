import Foundation
import VSReport
import VSStore
import VSSurveillance

extension Endpoint {
    /// Models, and the campaigns that change from one to another.
    static let models: [Endpoint] = [
        Endpoint(
            path: "/models", name: "listModels", summary: "Installed models.",
            content: .page(TextTable(models: []).columns), action: "list models"
        ) { question in
            try Answer(page: TextTable(models: question.store.models()), next: nil)
        },
        Endpoint(
            path: "/models/{model}", name: "getModel",
            summary: "What is known of a model, by its name.",
            content: .object(["name", "version", "intendedUse", "isActive", "sha256"]),
            action: "read model"
        ) { question in
            let record = try question.store.model(named: question.text("model"))
            let known = try JSONEncoder().encode(Surveillance.description(of: record))
            let object = try JSONSerialization.jsonObject(with: known) as? [String: Any]
            let row: [String: Any] = [
                "isActive": record.isActive, "sha256": record.sha256,
                "installedAt": record.installedAt, "researchUseOnly": true,
            ]
            return try Answer(json: row.merging(object ?? [:]) { a, _ in a })
        },
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
            let number = try question.number("campaign")
            guard let campaign = try question.store.campaign(number) else {
                throw Problem(404, "unknown", "There is no campaign \(number).")
            }
            let facts = try FieldList(campaign, in: question.surveillance).object
            return try Answer(json: facts.merging(["researchUseOnly": true]) { a, _ in a })
        },
    ]
}
