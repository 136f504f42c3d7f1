import VSReport
import VSStore

/// One address of the API: what it answers or does, and what the OpenAPI document says of it.
struct Endpoint: Sendable {
    /// How it is asked.
    enum Method: String, Sendable {
        /// Reads.
        case get
        /// Changes something.
        case post
    }

    /// Whose it is.
    enum Access: Sendable {
        /// Of everybody but devices.
        case reading
        /// Of who may review.
        case reviewing
        /// Of who may hand in scans.
        case handingIn
        /// Of administrators.
        case administering

        /// Whether a role has it.
        func allows(_ role: Role) -> Bool {
            switch self {
            case .reading: role.mayRead
            case .reviewing: role.mayReview
            case .handingIn: role.mayHandIn
            case .administering: role.mayAdminister
            }
        }
    }

    /// A parameter in the query, or a field of the body.
    struct Parameter: Sendable {
        let name: String
        let kind: String
        let description: String
        var isRequired = false
    }

    /// What is sent with it.
    enum Body: Sendable {
        /// Nothing.
        case none
        /// A JSON object of these fields.
        case fields([Parameter])
        /// A file's bytes.
        case file(String)
    }

    /// What comes back.
    enum Content: Sendable {
        /// A page of rows with these columns.
        case page([TextTable.Column])
        /// An object with at least these keys.
        case object([String])
        /// Bytes of this media type.
        case bytes(String)
        /// Server-sent events.
        case events
    }

    /// How the answer is made.
    enum Handling: Sendable {
        /// Whole, off the event loop.
        case answer(@Sendable (Question) throws -> Answer)
        /// Of a scan that comes in piece by piece.
        case upload
        /// Of a job's progress, piece by piece.
        case jobEvents
    }

    let method: Method
    /// Below `/api/v1`, with names in braces.
    let path: String
    /// The operation's name in generated clients.
    let name: String
    let summary: String
    let parameters: [Parameter]
    let body: Body
    let content: Content
    let access: Access
    /// What the audit says was done.
    let action: String
    let handling: Handling

    init(
        _ method: Method = .get, path: String, name: String, summary: String,
        parameters: [Parameter] = [], body: Body = .none, content: Content,
        access: Access = .reading, action: String, handling: Handling
    ) {
        self.method = method
        self.path = path
        self.name = name
        self.summary = summary
        self.parameters = parameters
        self.body = body
        self.content = content
        self.access = access
        self.action = action
        self.handling = handling
    }

    /// One that answers whole.
    init(
        _ method: Method = .get, path: String, name: String, summary: String,
        parameters: [Parameter] = [], body: Body = .none, content: Content,
        access: Access = .reading, action: String,
        answer: @escaping @Sendable (Question) throws -> Answer
    ) {
        self.init(
            method, path: path, name: name, summary: summary, parameters: parameters, body: body,
            content: content, access: access, action: action, handling: .answer(answer))
    }

    /// The names in braces.
    var pathNames: [String] { Question.names(in: path) }

    static let paging = [
        Parameter(name: "limit", kind: "integer", description: "Rows at most; 1 to 1000."),
        Parameter(
            name: "after", kind: "string", description: "Begin behind the 'next' of another page."),
    ]

    /// All of them.
    static let all = patients + images + uploads + lists + jobs + models + campaigns + changes
}
