import VSReport
import VSSurveillance

/// The OpenAPI 3.1 document, made of the same list that the routes are made of.
enum OpenAPIDocument {
    /// The document as a JSON object.
    static func object(_ endpoints: [Endpoint]) -> [String: Any] {
        var paths: [String: [String: Any]] = [:]
        for endpoint in endpoints {
            paths["/api/v1" + endpoint.path, default: [:]][endpoint.method.rawValue] = operation(
                endpoint)
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
                "schema": ["type": ["patient", "model"].contains(name) ? "string" : "integer"],
            ]
        }
        let inQuery = endpoint.parameters.map { parameter -> [String: Any] in
            [
                "name": parameter.name, "in": "query", "required": parameter.isRequired,
                "description": parameter.description, "schema": ["type": parameter.kind],
            ]
        }
        var operation: [String: Any] = [
            "operationId": endpoint.name, "summary": endpoint.summary,
            "parameters": inPath + inQuery, "responses": responses(endpoint),
        ]
        if let body = body(endpoint.body) { operation["requestBody"] = body }
        return operation
    }

    private static func responses(_ endpoint: Endpoint) -> [String: Any] {
        func problem(_ description: String) -> [String: Any] {
            [
                "description": description,
                "content": [
                    "application/problem+json": [
                        "schema": ["$ref": "#/components/schemas/Problem"]
                    ]
                ],
            ]
        }
        func success(_ description: String) -> [String: Any] {
            ["description": description, "content": content(endpoint.content)]
        }
        var responses: [String: Any] = [
            "200": success(endpoint.summary), "default": problem("What is wrong, and what to do."),
        ]
        switch endpoint.handling {
        case .answer where endpoint.method == .get:
            responses["304"] = [
                "description": "The client has this answer already (If-None-Match)."
            ]
        case .upload:
            responses["200"] = success("The scan was registered already; nothing was changed.")
            responses["201"] = success("The scan is registered.")
            responses["413"] = problem("The file is larger than allowed.")
            responses["422"] = problem("The file is no scan that can be read or measured.")
        case .answer, .jobEvents: break
        }
        return responses
    }

    private static func body(_ body: Endpoint.Body) -> [String: Any]? {
        switch body {
        case .none: return nil
        case .file(let description):
            return [
                "required": true, "description": description,
                "content": ["application/octet-stream": [String: Any]()],
            ]
        case .fields(let fields):
            let pairs = fields.map { field -> (String, [String: Any]) in
                (field.name, ["type": field.kind, "description": field.description])
            }
            let schema: [String: Any] = [
                "type": "object", "required": fields.filter(\.isRequired).map(\.name),
                "properties": Dictionary(uniqueKeysWithValues: pairs),
            ]
            return [
                "required": fields.contains(where: \.isRequired),
                "content": ["application/json": ["schema": schema]],
            ]
        }
    }

    private static func content(_ content: Endpoint.Content) -> [String: Any] {
        switch content {
        case .bytes(let type): return [type: [String: Any]()]
        case .events: return ["text/event-stream": [String: Any]()]
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
