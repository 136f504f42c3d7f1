import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import VSReport
import VSStore

/// What stands around every page: head, navigation, and for what the service may be used.
struct PageShell: Sendable {
    /// Only this service's own style, scripts, pictures and answers; nothing inline, nowhere to be framed.
    static let contentPolicy =
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
        + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    private static let places = [
        ("/", "Worklist"), ("/patients", "Patients"), ("/cohort", "Cohort"), ("/jobs", "Jobs"),
        ("/models", "Models"), ("/campaigns", "Campaigns"), ("/settings", "Settings"),
    ]

    /// A rising curve, for the browser's tab.
    static let icon = """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" \
        rx="3" fill="#0b57a4"/><path d="M3 12h3l3-3 4-6" fill="none" stroke="#fff" \
        stroke-width="2"/></svg>
        """

    let title: String
    /// HTML, in which every text is escaped.
    let body: String
    /// Who reads; nil before log-in.
    var session: Session?
    /// The path of the page, which the navigation marks.
    var path = ""
    var status = HTTPResponse.Status.ok

    init(
        title: String, body: String, session: Session? = nil, path: String = "",
        status: HTTPResponse.Status = .ok
    ) {
        self.title = title
        self.body = body
        self.session = session
        self.path = path
        self.status = status
    }

    /// A page that says what went wrong, with the way back.
    init(problem: Problem, back: String, session: Session?) {
        self.init(
            title: problem.standardStatus.reasonPhrase,
            body: "<p class=\"error\" role=\"alert\">\(escaped(problem.detail))</p>"
                + "<p><a href=\"\(escaped(back))\">"
                + "\(back == "/" ? "To the worklist" : "Go back")</a></p>", session: session,
            status: problem.standardStatus)
    }

    /// The answer; no cache keeps it.
    func response() -> Response {
        Response(
            status: status,
            headers: [
                .contentType: "text/html; charset=utf-8", .cacheControl: "no-store",
                .contentSecurityPolicy: Self.contentPolicy,
            ],
            body: .init(byteBuffer: ByteBuffer(string: html)))
    }

    private var html: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(escaped(title)) – vsdb</title>
        <link rel="stylesheet" href="/assets/style.css">
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
        <script type="module" src="/assets/viewer.js"></script>
        <script type="module" src="/assets/live.js"></script>
        <script type="module" src="/assets/upload.js"></script>
        </head>
        <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header>
        <div class="bar">\(navigation)</div>
        <div class="bar"><p class="use">\(escaped(researchLine))</p></div>
        </header>
        <main id="main">
        <h1>\(escaped(title))</h1>
        \(body)
        </main>
        </body>
        </html>

        """
    }

    private var navigation: String {
        guard let session else { return "<strong>vsdb</strong>" }
        let places = Self.places + (session.role.mayAdminister ? [("/audit", "Audit")] : [])
        let links = places.map { address, name in
            "<a href=\"\(address)\"\(address == path ? " aria-current=\"page\"" : "")>\(name)</a>"
        }
        return """
            <strong>vsdb</strong>
            <nav aria-label="Pages">\(links.joined(separator: "\n"))</nav>
            <form method="post" action="/logout">\(Self.token(session.formToken))
            <span>\(escaped(session.user)), \(session.role.rawValue)</span>
            <button class="plain">Log out</button></form>
            """
    }

    /// The hidden field by which a form shows where it is from.
    static func token(_ text: String) -> String {
        "<input type=\"hidden\" name=\"token\" value=\"\(escaped(text))\">"
    }

    /// A text as one part of an address's path.
    static func part(_ text: String) -> String {
        var allowed = CharacterSet.alphanumerics.intersection(
            CharacterSet(charactersIn: "\0"..."~"))
        allowed.insert(charactersIn: "-._~")
        return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    }
}

/// Shows what went wrong on the way to a page as a page.
struct PageErrorMiddleware: RouterMiddleware {
    typealias Context = ServiceContext

    func handle(
        _ request: Request, context: ServiceContext,
        next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            // The log hears of what is the service's own fault.
            _ = Problem(error, log: context.logger)
            return PageShell(
                problem: PageWords.problem(error), back: "/", session: nil
            ).response()
        }
    }
}
