import CAssets
import Foundation
import HTTPTypes
import Hummingbird
import NIOPosix
import VSReport
import VSStore
import VSSurveillance

extension SurveillanceService {
    /// Adds what people use with a browser.
    ///
    /// - Parameters:
    ///   - router: of the whole service.
    ///   - address: where the service listens; cookies insist on TLS where browsers come by it.
    func addPages(to router: Router<ServiceContext>, at address: ServiceAddress) {
        addAssets(to: router)
        let open = router.group("").add(middleware: PageErrorMiddleware())
        let logIn = LogInPages(
            service: self, isSecure: address.isSecure, isBehindProxy: address.isBehindProxy)
        open.get("/login") { request, _ in
            let next = request.uri.queryParameters["next"].map { String($0) }
            return logIn.page(request, says: nil, for: next.flatMap(WantedPage.init))
        }
        open.post("/login") { request, context in try await logIn.logIn(request, context) }
        let guarded = open.group("").add(
            middleware: SessionMiddleware(store: surveillance.store, now: now))
        guarded.post("/logout") { request, context in
            try await logIn.logOut(request, context)
        }
        for page in PageAddress.all {
            guarded.get(RouterPath(page.path)) { request, context in
                try await respond(page, request, context)
            }
        }
        for form in FormAddress.all {
            guarded.post(RouterPath(form.path)) { request, context in
                try await respond(form, request, context)
            }
        }
        for form in FileForm.all {
            guarded.post(RouterPath(form.path)) { request, context in
                try await respond(form, request, context)
            }
        }
        router.get("**") { request, _ in try Self.nothing(at: request) }
    }

    private func addAssets(to router: Router<ServiceContext>) {
        let assets = [
            (
                "/assets/style.css", "text/css; charset=utf-8",
                Data(bytes: vsdb_web_style_bytes(), count: vsdb_web_style_count())
            ),
            (
                "/assets/viewer.js", "text/javascript; charset=utf-8",
                Data(bytes: vsdb_web_viewer_bytes(), count: vsdb_web_viewer_count())
            ),
            (
                "/assets/live.js", "text/javascript; charset=utf-8",
                Data(bytes: vsdb_web_live_bytes(), count: vsdb_web_live_count())
            ),
            (
                "/assets/upload.js", "text/javascript; charset=utf-8",
                Data(bytes: vsdb_web_upload_bytes(), count: vsdb_web_upload_count())
            ),
            ("/assets/icon.svg", "image/svg+xml", Data(PageShell.icon.utf8)),
        ]
        for (path, type, data) in assets {
            router.get(RouterPath(path)) { request, _ in
                Answer(data, type: type).response(ifNoneMatch: request.headers[.ifNoneMatch])
            }
        }
    }

    /// The answer where there is no such address: a page to a browser, else a problem.
    private static func nothing(at request: Request) throws -> Response {
        let isForBrowser =
            request.headers[.accept]?.contains("text/html") == true
            && !request.uri.path.hasPrefix("/api/")
        guard isForBrowser else { throw HTTPError(.notFound) }
        return PageShell(
            problem: Problem(404, "unknown", "There is no page at this address."), back: "/",
            session: nil
        ).response()
    }

    func visit(
        _ template: String, _ request: Request, _ context: ServiceContext
    ) throws(Problem) -> Visit {
        guard let session = context.session else { throw Problem(401, "session", "Log in.") }
        return Visit(
            question: question(template, request, context), session: session, scans: scans,
            maps: maps, uploadLimitBytes: uploadLimitBytes)
    }

    /// Makes a page off the event loop, and hands nothing out that the audit does not hold.
    private func respond(
        _ page: PageAddress, _ request: Request, _ context: ServiceContext
    ) async throws -> Response {
        let visit = try visit(page.path, request, context)
        try await check(
            page.isFor(visit.session.role), page.action, visit.question.subject(of: page.path),
            visit, "This page is not for a \(visit.session.role.rawValue).")
        let make = { @Sendable in
            let content = try page.answer(visit)
            try visit.trail.record(page.action, of: visit.question.subject(of: page.path))
            return content
        }
        let content =
            try await page.isSlow
            ? slowWork.run(make) : NIOThreadPool.singleton.runIfActive(make)
        switch content {
        case .page(let title, let body):
            return PageShell(title: title, body: body, session: visit.session, path: page.path)
                .response()
        case .picture(let answer):
            return answer.response(ifNoneMatch: request.headers[.ifNoneMatch])
        case .live(let first, let look):
            return events(
                first, look, for: request.cookies[BrowserCookie.session]?.value ?? "")
        }
    }

    /// A part of a page as events, for as long as the session holds: watching is no use of it.
    private func events(
        _ first: LivePart, _ look: @escaping @Sendable () throws -> LivePart, for session: String
    ) -> Response {
        let (store, now) = (surveillance.store, now)
        return EventStream(pause: .seconds(1), first: first.event) {
            try store.session(ofText: session, at: now(), isUse: false) == nil
                ? .last("over", "") : look().event
        }.response()
    }

    /// Does what a form asks, if its sender may, and leads to the page that shows it.
    private func respond(
        _ form: FormAddress, _ request: Request, _ context: ServiceContext
    ) async throws -> Response {
        let visit = try visit(form.path, request, context)
        let fields = try await SentForm(request, token: visit.session.formToken)
        let subject = visit.question.subject(of: form.path)
        try await check(
            form.isFor(visit.session.role), form.action, subject, visit,
            "A \(visit.session.role.rawValue) may not do this.")
        do {
            let place = try await NIOThreadPool.singleton.runIfActive {
                try visit.trail.change(form.action, of: subject) { try form.act(visit, fields) }
            }
            return .redirect(to: place, type: .normal)
        } catch {
            // The log hears of what is the service's own fault.
            _ = Problem(error, log: context.logger)
            return PageShell(
                problem: PageWords.problem(
                    error, isSent: true,
                    remedy: "Nothing was changed. Go back, correct the form and send it again."),
                back: String(
                    form.path.split(separator: "/").dropLast().reduce("") { path, part in
                        let name = Question.names(in: String(part)).first
                        return path + "/"
                            + PageShell.part(name.map(visit.question.text) ?? String(part))
                    }), session: visit.session
            ).response()
        }
    }
}

extension SurveillanceService {
    /// Refuses who may not, which the audit hears of.
    func check(
        _ isAllowed: Bool, _ action: String, _ subject: String, _ visit: Visit, _ message: String
    ) async throws {
        guard !isAllowed else { return }
        let problem = Problem(403, "role", message)
        try await NIOThreadPool.singleton.runIfActive {
            try visit.trail.record(action, of: subject, refusedBy: problem)
        }
        throw problem
    }
}

extension Visit {
    /// What the audit hears of this visit.
    var trail: AuditTrail { AuditTrail(session, in: store) }
}
