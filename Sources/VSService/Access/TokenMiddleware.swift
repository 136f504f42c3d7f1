import HTTPTypes
import Hummingbird
import NIOPosix
import VSGrowth
import VSStore

/// Lets in who brings a bearer token that holds.
struct TokenMiddleware: RouterMiddleware {
    typealias Context = ServiceContext

    let store: Store
    let today: @Sendable () -> ExamDate

    func handle(
        _ request: Request, context: ServiceContext,
        next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        guard let text = Self.token(request.headers[.authorization]) else {
            throw Problem(
                401, "token-missing",
                "Send a token in the header 'Authorization: Bearer TOKEN'. "
                    + "'vsdb token create' makes one.")
        }
        let (store, day) = (store, today())
        let identity = try await NIOThreadPool.singleton.runIfActive {
            try store.identity(ofToken: text, on: day)
        }
        guard let identity else {
            throw Problem(
                401, "token-refused",
                "The token is unknown, revoked or past its day, or its user is disabled.")
        }
        var context = context
        context.identity = identity
        return try await next(request, context)
    }

    /// The token in an Authorization header; the scheme's case does not matter (RFC 9110).
    static func token(_ header: String?) -> String? {
        let words = (header ?? "").split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bearer", words[1].utf8.count <= 200
        else { return nil }
        return String(words[1])
    }
}
