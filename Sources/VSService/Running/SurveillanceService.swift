public import Foundation
import HTTPTypes
package import Hummingbird
import HummingbirdCore
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
        let (router, tls) = (router(at: address), try address.tls?.configuration())
        let limit = uploadLimitBytes
        let server = HTTPServerBuilder.http1(
            configuration: .init(additionalChannelHandlers: [ContinueHandler(limitBytes: limit)]))
        let configuration = ApplicationConfiguration(
            address: .hostname(address.host, port: address.port))
        let tell = { @Sendable (channel: any Channel) in
            onListening(address.url(port: channel.localAddress?.port ?? address.port))
        }
        guard let tls else {
            return Application(
                router: router, server: server, configuration: configuration, services: services,
                onServerRunning: tell, logger: logger)
        }
        do {
            return Application(
                router: router, server: try .tls(server, tlsConfiguration: tls),
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
    ///   use; `StoreError` where the store cannot be opened a second time.
    public func run(
        at address: ServiceAddress, working plan: WorkPlan?,
        onListening: @escaping @Sendable (String) -> Void,
        report: @escaping @Sendable (WorkService.Event) -> Void
    ) async throws {
        ScanUpload.removeRemains(in: surveillance.store)
        let log = try LogLoop(surveillance.store) { report(.other($0)) }
        let work = plan?.services(surveillance, today: today, report: report) ?? []
        do {
            // Services stop in the reverse order: the log is kept until the last of them has written.
            try await application(at: address, beside: [log] + work, onListening: onListening)
                .runService()
        } catch let error as IOError {
            throw ServiceError(
                .unavailable, subject: "\(address.host):\(address.port)",
                message: "This address cannot be listened on (\(error)).",
                remedy: "Stop what listens there, or name another port with --port.")
        }
    }

    private func router(at address: ServiceAddress) -> Router<ServiceContext> {
        let plain = Router(context: ServiceContext.self)
        addRoutes(to: plain, at: address)
        let router = Router(context: ServiceContext.self, options: .autoGenerateHeadEndpoints)
        router.add(
            middleware: ShieldMiddleware(
                metrics: metrics, isSecure: address.isSecure, allowed: AllowedMethods(plain)))
        addRoutes(to: router, at: address)
        return router
    }

    private func addRoutes(to router: Router<ServiceContext>, at address: ServiceAddress) {
        addProbes(to: router)
        addPages(to: router, at: address)
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
        let asked = question(endpoint.path, request, context)
        let (trail, subject) = (
            AuditTrail(identity, in: asked.store), asked.subject(of: endpoint.path)
        )
        if let problem = Self.problem(of: identity.role, without: endpoint.access) {
            try await NIOThreadPool.singleton.runIfActive {
                try trail.record(endpoint.action, of: subject, refusedBy: problem)
            }
            throw problem
        }
        switch endpoint.handling {
        case .answer(let answer):
            var question = asked
            if case .fields = endpoint.body {
                question.body = try await Self.smallBody(of: request)
            }
            return try await respond(
                endpoint, to: question, trail, known: request.headers[.ifNoneMatch], answer)
        case .upload:
            return try await takeScan(endpoint, request, asked, by: identity)
        case .jobEvents:
            let job = try asked.number("job")
            try await NIOThreadPool.singleton.runIfActive {
                _ = try asked.store.job(job)
                try trail.record(endpoint.action, of: subject)
            }
            return JobEvents(job: job, store: asked.store).response()
        }
    }

    /// Answers off the event loop; what is read is handed out only when the audit holds it.
    private func respond(
        _ endpoint: Endpoint, to question: Question, _ trail: AuditTrail, known: String?,
        _ answer: @escaping @Sendable (Question) throws -> Answer
    ) async throws -> Response {
        let made = try await NIOThreadPool.singleton.runIfActive {
            let subject = question.subject(of: endpoint.path)
            guard endpoint.method == .get else {
                return try trail.change(endpoint.action, of: subject) { try answer(question) }
            }
            let answer = try answer(question)
            try trail.record(endpoint.action, of: subject)
            return answer
        }
        return made.response(ifNoneMatch: endpoint.method == .get ? known : nil)
    }

    private static func problem(of role: Role, without access: Endpoint.Access) -> Problem? {
        guard !access.allows(role) else { return nil }
        let sentence =
            switch (role, access) {
            case (.device, _): "A device hands in scans and reads nothing."
            case (_, .administering): "This is an administrator's to do."
            default: "A \(role.rawValue) reads, and changes nothing."
            }
        return Problem(403, "role", sentence)
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
