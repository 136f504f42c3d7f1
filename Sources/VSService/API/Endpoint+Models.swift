import Foundation
import VSReport
import VSStore
import VSSurveillance

extension Endpoint {
    /// The installed models.
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
    ]
}
