import VSReport
import VSStore
import VSSurveillance

extension Endpoint {
    /// What readers say of scans and flags; each is recorded under the name of the token's user.
    static let changes: [Endpoint] = [
        Endpoint(
            .post, path: "/scans/{scan}/review", name: "reviewScan",
            summary: "Accept a segmentation, reject it with a reason, or withdraw an outline.",
            body: .fields([
                Parameter(
                    name: "decision", kind: "string", description: "accept, reject or withdraw.",
                    isRequired: true),
                Parameter(
                    name: "reason", kind: "string",
                    description: "With reject and withdraw: what is wrong, 1 to 500 characters."),
                Parameter(
                    name: "segmentation", kind: "integer",
                    description: "Which one was looked at; by default the one that counts."),
                Parameter(
                    name: "outline", kind: "integer",
                    description:
                        "With withdraw: which one; by default all of your own on the scan."),
            ]),
            content: .object([
                "scan", "patient", "segmentation", "isChanged", "readings", "openFindings",
            ]), access: .reviewing, action: "send review"
        ) { question in
            struct Fields: Decodable {
                var decision: String
                var reason: String?
                var segmentation: Int64?
                var outline: Int64?
            }
            let fields = try question.fields(Fields.self)
            let decision: ReviewDecision
            switch fields.decision {
            case "accept": decision = .accept
            case "reject": decision = .reject(reason: fields.reason ?? "")
            case "withdraw":
                decision = .withdraw(
                    reason: fields.reason ?? "", outline: fields.outline, side: nil)
            default: throw Problem(400, "invalid", "decision is accept, reject or withdraw.")
            }
            let outcome = try question.surveillance.review(
                scan: question.number("scan"), decision, reader: question.user,
                segmentation: fields.segmentation)
            return try Answer(json: ReviewDocument(outcome, in: question.store).object)
        },
        Endpoint(
            .post, path: "/patients/{patient}/acknowledge", name: "acknowledgeFlags",
            summary: "Record that somebody has seen a patient's flags.",
            body: .fields([
                Parameter(
                    name: "side", kind: "string",
                    description: "left or right: only this tumour's; by default all."),
                Parameter(
                    name: "note", kind: "string",
                    description: "What is to be remembered, up to 500 characters."),
            ]),
            content: .object(["patient", "sides", "acknowledgements"]), access: .reviewing,
            action: "send acknowledgement"
        ) { question in
            struct Fields: Decodable {
                var side: String?
                var note: String?
            }
            let fields = try question.fields(Fields.self)
            guard fields.side.map(["left", "right"].contains) ?? true else {
                throw Problem(400, "invalid", "side is left or right.")
            }
            guard (fields.note ?? "").count <= 500 else {
                throw Problem(400, "invalid", "A note has 500 characters at most.")
            }
            let patient = question.text("patient")
            let sides = try question.store.acknowledge(
                patient: patient, side: fields.side, reader: question.user,
                note: fields.note ?? "")
            let seen = try question.store.acknowledgements(ofPatient: patient)
            return try Answer(json: [
                "patient": patient, "sides": sides,
                "acknowledgements": TextTable(acknowledgements: seen).objects,
                "researchUseOnly": true,
            ])
        },
    ]
}
