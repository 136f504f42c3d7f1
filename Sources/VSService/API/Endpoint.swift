import VSReport

/// One address of the API: what it answers, and what the OpenAPI document says of it.
struct Endpoint: Sendable {
    /// A parameter in the query.
    struct Parameter: Sendable {
        let name: String
        let kind: String
        let description: String
    }

    /// What comes back.
    enum Content: Sendable {
        /// A page of rows with these columns.
        case page([TextTable.Column])
        /// An object with at least these keys.
        case object([String])
        /// Bytes of this media type.
        case bytes(String)
    }

    /// Below `/api/v1`, with names in braces.
    let path: String
    /// The operation's name in generated clients.
    let name: String
    let summary: String
    var parameters: [Parameter] = []
    let content: Content
    /// What the audit says was done.
    let action: String
    let answer: @Sendable (Question) throws -> Answer

    /// The names in braces.
    var pathNames: [String] { Question.names(in: path) }

    static let paging = [
        Parameter(name: "limit", kind: "integer", description: "Rows at most; 1 to 1000."),
        Parameter(
            name: "after", kind: "string", description: "Begin behind the 'next' of another page."),
    ]
}
