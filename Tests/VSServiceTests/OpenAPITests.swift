import Foundation
import HTTPTypes
import Testing

struct OpenAPITests {
    @Test("every address of the document answers, with what the document says")
    func kept() async throws {
        let clinic = try ServedClinic()
        let document = try await clinic.get("/api/v1/openapi.json", token: nil).object()
        #expect(document["openapi"] as? String == "3.1.0")
        let paths = try #require(document["paths"] as? [String: [String: Any]])
        #expect(paths.count == 15)
        for (template, item) in paths {
            let path = template.replacing("{patient}", with: "P001")
                .replacing(/\{\w+\}/, with: "1")
            let answer = try await clinic.get(path, token: clinic.viewer)
            #expect(answer.status == 200, "\(path): \(answer.text.prefix(200))")
            let content = try content(of: item)
            #expect(answer.headers[.contentType] == content.type, "\(path)")
            guard let schema = content.schema else { continue }
            let object = try answer.object()
            let required = try #require(schema["required"] as? [String])
            #expect(Set(required).isSubset(of: object.keys), "\(path)")
            guard let items = object["items"] as? [[String: Any]] else { continue }
            let row = try #require(rowKeys(of: schema))
            for item in items { #expect(Set(item.keys) == Set(row), "\(path)") }
        }
    }

    private func content(of item: [String: Any]) throws -> (type: String, schema: [String: Any]?) {
        let get = try #require(item["get"] as? [String: Any])
        let responses = try #require(get["responses"] as? [String: [String: Any]])
        let content = try #require(responses["200"]?["content"] as? [String: [String: Any]])
        let first = try #require(content.first)
        return (first.key, first.value["schema"] as? [String: Any])
    }

    private func rowKeys(of schema: [String: Any]) -> [String]? {
        let properties = schema["properties"] as? [String: [String: Any]]
        return (properties?["items"]?["items"] as? [String: Any])?["required"] as? [String]
    }
}
