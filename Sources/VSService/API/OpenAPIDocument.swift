import VSReport
import VSSurveillance

/// The OpenAPI 3.1 document, made of the same list that the routes are made of.
enum OpenAPIDocument {
    /// The document as a JSON object.
    static func object(_ endpoints: [Endpoint]) -> [String: Any] {
        var paths: [String: Any] = [:]
        for endpoint in endpoints {
            paths["/api/v1" + endpoint.path] = ["get": operation(endpoint)]
        }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "vsdb", "version": SoftwareVersion.current,
                "description":
                    "Surveillance of vestibular schwannomas. Research use only; "
                    + "not a medical device.",
            ] as [String: Any],
            "paths": paths,
            "security": [["token": [String]()]],
            "components": [
                "securitySchemes": ["token": ["type": "http", "scheme": "bearer"]],
                "schemas": ["Problem": problem],
            ] as [String: Any],
        ]
    }

    private static func operation(_ endpoint: Endpoint) -> [String: Any] {
        let inPath = endpoint.pathNames.map { name -> [String: Any] in
            [
                "name": name, "in": "path", "required": true,
                "schema": ["type": name == "patient" ? "string" : "integer"],
            ]
        }
        let inQuery = endpoint.parameters.map { parameter -> [String: Any] in
            [
                "name": parameter.name, "in": "query", "required": false,
                "description": parameter.description, "schema": ["type": parameter.kind],
            ]
        }
        let failure: [String: Any] = [
            "description": "What is wrong, and what to do.",
            "content": [
                "application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]
            ],
        ]
        return [
            "operationId": endpoint.name, "summary": endpoint.summary,
            "parameters": inPath + inQuery,
            "responses": [
                "200": ["description": endpoint.summary, "content": content(endpoint.content)]
                    as [String: Any],
                "304": ["description": "The client has this answer already (If-None-Match)."],
                "default": failure,
            ] as [String: Any],
        ]
    }

    private static func content(_ content: Endpoint.Content) -> [String: Any] {
        switch content {
        case .bytes(let type): return [type: [String: Any]()]
        case .object(let keys):
            return [
                "application/json": [
                    "schema": ["type": "object", "required": keys] as [String: Any]
                ]
            ]
        case .page(let columns):
            let pairs = columns.map { ($0.key, ["description": $0.title]) }
            let row: [String: Any] = [
                "type": "object", "required": columns.map(\.key),
                "properties": Dictionary(uniqueKeysWithValues: pairs),
            ]
            let schema: [String: Any] = [
                "type": "object", "required": ["items", "next", "researchUseOnly"],
                "properties": [
                    "items": ["type": "array", "items": row] as [String: Any],
                    "next": ["type": ["string", "null"]],
                    "researchUseOnly": ["const": true],
                ] as [String: Any],
            ]
            return ["application/json": ["schema": schema]]
        }
    }

    private static let problemKeys = ["type", "title", "status", "detail"]

    private static var problem: [String: Any] {
        [
            "type": "object", "required": problemKeys,
            "properties": [
                "type": ["type": "string"], "title": ["type": "string"],
                "status": ["type": "integer"], "detail": ["type": "string"],
            ],
        ]
    }
}
