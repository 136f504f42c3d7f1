public import Foundation
import HTTPTypes
package import Hummingbird
import Logging
import NIOCore
import NIOPosix
public import VSGrowth
import VSStore
public import VSSurveillance

/// The HTTP service on a store: pages for people, a JSON API under `/api/v1`, health, readiness and
/// metrics.
public struct SurveillanceService: Sendable {
    let surveillance: Surveillance
    private let today: @Sendable () -> ExamDate
    let now: @Sendable () -> Date
    private let metrics = ServiceMetrics()
    let logInLimit = LogInLimit()
    let scans = RecentScans()
    let maps = RecentMaps()
    let slowWork = SlowWork()

    /// All addresses of the API.
    static let endpoints = Endpoint.patients + Endpoint.images + Endpoint.lists

    /// Makes a service.
    ///
    /// - Parameters:
    ///   - surveillance: the use cases on the store.
    ///   - today: the present day, for worklists and tokens.
    ///   - now: the present moment, for sessions.
    public init(
        _ surveillance: Surveillance, today: @escaping @Sendable () -> ExamDate,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.surveillance = surveillance
        self.today = today
        self.now = now
    }

    /// The application, ready to run; it stops gracefully on SIGTERM and SIGINT by `runService()`.
    ///
    /// - Parameters:
    ///   - address: where it listens.
    ///   - onListening: is told the URL once it does.
    /// - Returns: the application.
    package func application(
        at address: ServiceAddress, onListening: @escaping @Sendable (String) -> Void
    ) -> some ApplicationProtocol {
        var logger = Logger(label: "vsdb")
        logger.logLevel = .warning
        return Application(
            router: router(isSecure: address.isBehindProxy),
            configuration: .init(address: .hostname(address.host, port: address.port)),
            onServerRunning: { channel in
                onListening(address.url(port: channel.localAddress?.port ?? address.port))
            },
            logger: logger)
    }

    /// Listens and answers until SIGTERM or SIGINT; requests that have begun are answered first.
    ///
    /// - Parameters:
    ///   - address: where it listens.
    ///   - onListening: is told the URL once it does.
    /// - Throws: ``ServiceError`` where the address cannot be listened on.
    public func run(
        at address: ServiceAddress, onListening: @escaping @Sendable (String) -> Void
    ) async throws {
        do {
            try await application(at: address, onListening: onListening).runService()
        } catch let error as IOError {
            throw ServiceError(
                .unavailable, subject: "\(address.host):\(address.port)",
                message: "This address cannot be listened on (\(error)).",
                remedy: "Stop what listens there, or name another port with --port.")
        }
    }

    private func router(isSecure: Bool) -> Router<ServiceContext> {
        let router = Router(context: ServiceContext.self)
        router.add(middleware: ShieldMiddleware(metrics: metrics))
        addProbes(to: router)
        addPages(to: router, isSecure: isSecure)
        let api = router.group("/api/v1")
        let document = Result { try Answer(json: OpenAPIDocument.object(Self.endpoints)) }
        api.get("/openapi.json") { request, _ in
            try document.get().response(ifNoneMatch: request.headers[.ifNoneMatch])
        }
        let guarded = api.group("").add(
            middleware: TokenMiddleware(store: surveillance.store, today: today))
        for endpoint in Self.endpoints {
            guarded.get(RouterPath(endpoint.path)) { request, context in
                try await respond(endpoint, request, context)
            }
        }
        return router
    }

    /// Addresses for whoever watches the service; none tells of a patient.
    private func addProbes(to router: Router<ServiceContext>) {
        router.get("/health") { _, _ in
            try Answer(json: ["status": "ok", "version": SoftwareVersion.current])
                .response(ifNoneMatch: nil)
        }
        let store = surveillance.store
        router.get("/ready") { _, _ in
            let models = try await NIOThreadPool.singleton.runIfActive { try store.models().count }
            return try Answer(json: ["status": "ok", "models": models]).response(ifNoneMatch: nil)
        }
        let metrics = metrics
        router.get("/metrics") { _, _ in
            Answer(Data(metrics.text.utf8), type: "text/plain; version=0.0.4")
                .response(ifNoneMatch: nil)
        }
    }

    /// Answers off the event loop, and hands nothing out that the audit does not hold.
    private func respond(
        _ endpoint: Endpoint, _ request: Request, _ context: ServiceContext
    ) async throws -> Response {
        guard let identity = context.identity else {
            throw Problem(401, "token-missing", "Send a token.")
        }
        let question = question(endpoint.path, request, context)
        let answer = try await NIOThreadPool.singleton.runIfActive {
            let answer = try endpoint.answer(question)
            try question.store.recordAccess(
                endpoint.action, subject: question.subject(of: endpoint.path),
                detail: "over HTTP with token \(identity.token)", by: identity.user)
            return answer
        }
        return answer.response(ifNoneMatch: request.headers[.ifNoneMatch])
    }

    /// What a request to an address asks.
    func question(
        _ template: String, _ request: Request, _ context: ServiceContext
    ) -> Question {
        var path: [String: String] = [:]
        for name in Question.names(in: template) {
            path[name] = context.parameters.get(name)?.removingPercentEncoding
        }
        let items = URLComponents(string: request.head.path ?? "")?.queryItems ?? []
        return Question(
            surveillance: surveillance, path: path,
            query: Dictionary(items.map { ($0.name, $0.value ?? "") }) { _, last in last },
            today: today())
    }
}
