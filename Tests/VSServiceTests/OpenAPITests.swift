import Foundation
import HTTPTypes
import Testing
import VSGrowth
import VSNetwork
import VSStore
import VSSurveillance
import VSTestSupport

struct OpenAPITests {
    /// What is sent to the addresses that change something, by the operation's name.
    private static let sent: [String: (query: String, body: String)] = [
        "cancelJob": ("", ""), "retryJob": ("", ""),
        "reviewScan": ("", #"{"decision": "accept"}"#),
        "acknowledgeFlags": ("", #"{"note": "seen"}"#),
        "uploadScan": ("?date=2025-03-01", ""),
        "promoteCampaign": ("", #"{"leaveOut": true}"#), "rollBackCampaign": ("", ""),
    ]

    @Test("every address of the document answers, with what the document says")
    func kept() async throws {
        let clinic = try ServedClinic()
        let scan = try await flagged(clinic)
        let document = try await clinic.get("/api/v1/openapi.json", token: nil).object()
        #expect(document["openapi"] as? String == "3.1.0")
        let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
        #expect(paths.count == 29 && paths.values.map(\.count).reduce(0, +) == 30)
        // Readings first: what changes something changes what they answer.
        for method in ["get", "post"] {
            for (template, item) in paths.sorted(by: { $0.key < $1.key }) {
                guard let operation = item[method] else { continue }
                let name = try #require(operation["operationId"] as? String)
                let path = Self.path(template, operation: name)
                let answer: ServedClinic.Answer
                if method == "get" {
                    answer = try await clinic.get(path, token: clinic.viewer)
                } else {
                    let sent = try #require(Self.sent[name], "\(name)")
                    answer = try await clinic.post(
                        path + sent.query, token: try token(for: name, clinic),
                        name == "uploadScan" ? scan : Data(sent.body.utf8))
                }
                try check(answer, of: operation, "\(method) \(path)")
            }
        }
    }

    /// Who changes the model is an administrator; everything else a clinician may.
    private func token(for operation: String, _ clinic: ServedClinic) throws -> String {
        guard operation.hasSuffix("Campaign") else { return clinic.clinician }
        let name = "admin for \(operation)"
        try clinic.store.addUser(name, role: .administrator)
        return try clinic.store.createToken(forUser: name, name: "one")
    }

    /// Addresses of what the clinic has; job 1 is cancelled, job 4 waits.
    private static func path(_ template: String, operation: String) -> String {
        template.replacing("{patient}", with: "P001").replacing("{model}", with: "brightness")
            .replacing("{job}", with: operation == "cancelJob" ? "4" : "1")
            .replacing(/\{\w+\}/, with: "1")
    }

    /// Makes P001 flagged, with jobs and a campaign.
    ///
    /// - Returns: a scan that is not registered yet.
    private func flagged(_ clinic: ServedClinic) async throws -> Data {
        let scan = clinic.folder.file("grown.nii")
        try clinic.scan(half: 8).write(to: URL(fileURLWithPath: scan))
        _ = try clinic.surveillance.register(
            ScanRequest(
                file: scan, patient: "P001", date: try #require(ExamDate(iso: "2025-03-05"))),
            today: ServedClinic.today)
        #expect(try clinic.store.flagged().map(\.identifier) == ["P001"])
        let again = JobRequest(cause: JobRecord.again)
        try clinic.store.cancelJob(try clinic.store.enqueue(scan: 1, again))
        var second = brightnessModel(slope: 9, offset: 16)
        second.description.name = "second"
        let (model, _) = try clinic.surveillance.installModel(second.encoded(), subject: "second")
        var byHand = CampaignPlan()
        byHand.isAutomatic = false
        try clinic.store.startCampaign(model, byHand)
        try Worker(clinic.surveillance).run()
        #expect(try clinic.store.enqueue(scan: 1, again) == 4)
        return try clinic.scan(half: 9)
    }

    private func check(
        _ answer: ServedClinic.Answer, of operation: [String: Any], _ place: String
    ) throws {
        let responses = try #require(operation["responses"] as? [String: [String: Any]])
        #expect([200, 201].contains(answer.status), "\(place): \(answer.text.prefix(200))")
        let response = try #require(responses["\(answer.status)"], "\(place): \(answer.status)")
        let content = try content(of: response)
        #expect(answer.headers[.contentType] == content.type, "\(place)")
        guard let schema = content.schema else { return }
        let object = try answer.object()
        let required = try #require(schema["required"] as? [String])
        #expect(
            Set(required).isSubset(of: object.keys),
            "\(place) lacks \(Set(required).subtracting(object.keys))")
        guard let items = object["items"] as? [[String: Any]] else { return }
        let row = try #require(rowKeys(of: schema))
        for item in items { #expect(Set(item.keys) == Set(row), "\(place)") }
    }

    private func content(
        of response: [String: Any]
    ) throws -> (type: String, schema: [String: Any]?) {
        let content = try #require(response["content"] as? [String: [String: Any]])
        let first = try #require(content.first)
        return (first.key, first.value["schema"] as? [String: Any])
    }

    private func rowKeys(of schema: [String: Any]) -> [String]? {
        let properties = schema["properties"] as? [String: [String: Any]]
        return (properties?["items"]?["items"] as? [String: Any])?["required"] as? [String]
    }
}
