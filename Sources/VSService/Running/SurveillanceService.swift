public import Foundation
import HTTPTypes
package import Hummingbird
import HummingbirdTLS
import Logging
import NIOCore
import NIOPosix
package import ServiceLifecycle
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
    /// Bytes of an uploaded file at most.
    let uploadLimitBytes: Int

    /// Bytes of an uploaded file at most where nothing else is said.
    public static let uploadLimitBytes = 1 << 30

    /// Makes a service.
    ///
    /// - Parameters:
    ///   - surveillance: the use cases on the store.
    ///   - today: the present day, for worklists and tokens.
    ///   - now: the present moment, for sessions.
    ///   - uploadLimitBytes: bytes of an uploaded file at most.
    public init(
        _ surveillance: Surveillance, today: @escaping @Sendable () -> ExamDate,
        now: @escaping @Sendable () -> Date = { Date() },
        uploadLimitBytes: Int = Self.uploadLimitBytes
    ) {
        self.uploadLimitBytes = uploadLimitBytes
        self.surveillance = surveillance
        self.today = today
        self.now = now
    }

    /// The application, ready to run; it stops gracefully on SIGTERM and SIGINT by `runService()`.
    ///
    /// - Parameters:
    ///   - address: where it listens.
    ///   - services: what runs beside it, and stops after it.
    ///   - onListening: is told the URL once it does.
    /// - Returns: the application.
    /// - Throws: ``ServiceError`` where the certificate or its key are of no use.
    package func application(
        at address: ServiceAddress, beside services: [any Service] = [],
        onListening: @escaping @Sendable (String) -> Void
    ) throws -> some ApplicationProtocol {
        var logger = Logger(label: "vsdb")
        logger.logLevel = .warning
        let (router, tls) = (router(isSecure: address.isSecure), try address.tls?.configuration())
        let configuration = ApplicationConfiguration(
            address: .hostname(address.host, port: address.port))
        let tell = { @Sendable (channel: any Channel) in
            onListening(address.url(port: channel.localAddress?.port ?? address.port))
        }
        guard let tls else {
            return Application(
                router: router, configuration: configuration, services: services,
                onServerRunning: tell, logger: logger)
        }
        do {
            return Application(
                router: router, server: try .tls(tlsConfiguration: tls),
                configuration: configuration, services: services, onServerRunning: tell,
                logger: logger)
        } catch {
            throw ServiceError(
                .refused, subject: "TLS", message: "It cannot be set up (\(error)).",
                remedy: "Check --tls-certificate and --tls-key.")
        }
    }

    /// Listens, answers and works until SIGTERM or SIGINT; requests that have begun are answered first,
    /// and the jobs at hand go back to the queue.
    ///
    /// - Parameters:
    ///   - address: where it listens.
    ///   - plan: what it does beside answering; nil for nothing.
    ///   - onListening: is told the URL once it does.
    ///   - report: told what became of jobs, files and schedules.
    /// - Throws: ``ServiceError`` where the address cannot be listened on, or its certificate is of no
    ///   use.
    public func run(
        at address: ServiceAddress, working plan: WorkPlan?,
        onListening: @escaping @Sendable (String) -> Void,
        report: @escaping @Sendable (WorkService.Event) -> Void
    ) async throws {
        ScanUpload.removeRemains(in: surveillance.store)
        let work = plan?.services(surveillance, today: today, report: report) ?? []
        do {
            try await application(at: address, beside: work, onListening: onListening).runService()
        } catch let error as IOError {
            throw ServiceError(
                .unavailable, subject: "\(address.host):\(address.port)",
                message: "This address cannot be listened on (\(error)).",
                remedy: "Stop what listens there, or name another port with --port.")
        }
    }

    private func router(isSecure: Bool) -> Router<ServiceContext> {
        let router = Router(context: ServiceContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: ShieldMiddleware(metrics: metrics, isSecure: isSecure))
        addProbes(to: router)
        addPages(to: router, isSecure: isSecure)
        let api = router.group("/api/v1")
        let document = Result { try Answer(json: OpenAPIDocument.object(Endpoint.all)) }
        api.get("/openapi.json") { request, _ in
            try document.get().response(ifNoneMatch: request.headers[.ifNoneMatch])
        }
        let guarded = api.group("").add(
            middleware: TokenMiddleware(store: surveillance.store, today: today))
        for endpoint in Endpoint.all {
            guarded.on(
                RouterPath(endpoint.path), method: endpoint.method == .get ? .get : .post
            ) { request, context in
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
            let jobs = try await NIOThreadPool.singleton.runIfActive { try store.jobCounts() }
            return Answer(Data(metrics.text(jobs: jobs).utf8), type: "text/plain; version=0.0.4")
                .response(ifNoneMatch: nil)
        }
    }

    /// Answers who may ask.
    private func respond(
        _ endpoint: Endpoint, _ request: Request, _ context: ServiceContext
    ) async throws -> Response {
        guard let identity = context.identity else {
            throw Problem(401, "token-missing", "Send a token.")
        }
        try Self.check(identity.role, has: endpoint.access)
        switch endpoint.handling {
        case .answer(let answer):
            var question = question(endpoint.path, request, context)
            if case .fields = endpoint.body {
                question.body = try await Self.smallBody(of: request)
            }
            return try await respond(
                endpoint, by: identity, to: question, known: request.headers[.ifNoneMatch], answer)
        case .upload:
            return try await takeScan(endpoint, request, context, by: identity)
        case .jobEvents:
            let question = question(endpoint.path, request, context)
            let job = try question.number("job")
            try await NIOThreadPool.singleton.runIfActive {
                _ = try question.store.job(job)
                try Self.record(endpoint, question, identity)
            }
            return JobEvents(job: job, store: question.store).response()
        }
    }

    /// Answers off the event loop.
    ///
    /// What is read is handed out only when the audit holds it; of what changes something, the audit
    /// first hears who sent it, and the change leaves its own line.
    private func respond(
        _ endpoint: Endpoint, by identity: Identity, to question: Question, known: String?,
        _ answer: @escaping @Sendable (Question) throws -> Answer
    ) async throws -> Response {
        let made = try await NIOThreadPool.singleton.runIfActive {
            if endpoint.method == .post { try Self.record(endpoint, question, identity) }
            let answer = try answer(question)
            if endpoint.method == .get { try Self.record(endpoint, question, identity) }
            return answer
        }
        return made.response(ifNoneMatch: endpoint.method == .get ? known : nil)
    }

    private static func record(
        _ endpoint: Endpoint, _ question: Question, _ identity: Identity
    ) throws {
        try question.store.recordAccess(
            endpoint.action, subject: question.subject(of: endpoint.path),
            detail: "over HTTP with token \(identity.token)", by: identity.user)
    }

    private static func check(_ role: Role, has access: Endpoint.Access) throws(Problem) {
        guard !access.allows(role) else { return }
        throw Problem(
            403, "role",
            role == .device
                ? "A device hands in scans and reads nothing."
                : "A \(role.rawValue) reads, and changes nothing.")
    }

    /// The body of a request that holds some words.
    private static func smallBody(of request: Request) async throws -> Data {
        do {
            return Data(try await request.body.collect(upTo: SentForm.largest).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw Problem(413, "too-large", "The body has \(SentForm.largest) bytes at most.")
        }
    }

    /// What a request to an address asks.
    func question(
        _ template: String, _ request: Request, _ context: ServiceContext
    ) -> Question {
        var path: [String: String] = [:]
        for name in Question.names(in: template) {
            path[name] = context.parameters.get(name)?.removingPercentEncoding
        }
        let isPage = context.session != nil
        let asked = request.head.path ?? ""
        // A browser sends a blank of a form as a plus; in a path it never does.
        let address = isPage ? asked.replacing("+", with: "%20") : asked
        let items = URLComponents(string: address)?.queryItems ?? []
        return Question(
            surveillance: surveillance, path: path,
            query: Dictionary(items.map { ($0.name, $0.value ?? "") }) { _, last in last },
            today: today(), user: context.identity?.user ?? context.session?.user ?? "")
    }
}
