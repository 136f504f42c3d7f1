import HTTPTypes
import Hummingbird
import NIOPosix
import VSReport
import VSStore
import VSSurveillance

/// Logging in and out.
struct LogInPages: Sendable {
    let service: SurveillanceService
    let isSecure: Bool
    let isBehindProxy: Bool

    /// The page with the form; `message` says why it is shown again, `wanted` whither it leads.
    func page(_ request: Request, says message: String?, for wanted: WantedPage?) -> Response {
        let next = wanted.map {
            "<input type=\"hidden\" name=\"next\" value=\"\(escaped($0.path))\">"
        }
        let known = request.cookies[BrowserCookie.form]?.value
        let token = known.flatMap { $0.count == 64 ? $0 : nil } ?? Session.newText()
        var response = PageShell(
            title: "Log in",
            body: """
                \(message.map { "<p class=\"error\" role=\"alert\">\(escaped($0))</p>" } ?? "")
                <form class="card" method="post" action="/login">
                \(PageShell.token(token))
                \(next ?? "")
                <p><label for="name">Name</label>
                <input type="text" id="name" name="name" autocomplete="username" required \
                maxlength="64" autofocus></p>
                <p><label for="password">Password</label>
                <input type="password" id="password" name="password" \
                autocomplete="current-password" required maxlength="200"></p>
                <button>Log in</button>
                </form>
                <p class="note">Whoever runs the service sets passwords.</p>
                """,
            status: message == nil ? .ok : .forbidden
        ).response()
        response.setCookie(
            BrowserCookie.made(BrowserCookie.form, token, isSecure: isSecure, seconds: 3600))
        return response
    }

    /// Takes the form.
    func logIn(_ request: Request, _ context: ServiceContext) async throws -> Response {
        let form = try await SentForm(
            request, token: request.cookies[BrowserCookie.form]?.value)
        let wanted = WantedPage(form["next"])
        let now = service.now()
        try service.logInLimit.count(
            from: context.client(of: request, isBehindProxy: isBehindProxy), at: now)
        let store = service.surveillance.store
        let text = try await NIOThreadPool.singleton.runIfActive {
            try store.logIn(form["name"], password: form["password"], at: now)
        }
        guard let text else {
            return page(
                request,
                says: "The name or the password is wrong, or the user is locked: after "
                    + "\(Store.wrongPasswordsAllowed) wrong passwords for \(Store.lockMinutes) "
                    + "minutes.", for: wanted)
        }
        var response = Response.redirect(to: wanted?.path ?? "/", type: .normal)
        response.setCookie(
            BrowserCookie.made(
                BrowserCookie.session, text, isSecure: isSecure,
                seconds: Session.longestHours * 3600))
        return response
    }

    /// Ends the session.
    func logOut(_ request: Request, _ context: ServiceContext) async throws -> Response {
        _ = try await SentForm(request, token: context.session?.formToken)
        let store = service.surveillance.store
        if let text = request.cookies[BrowserCookie.session]?.value {
            try await NIOThreadPool.singleton.runIfActive { try store.endSession(text) }
        }
        var response = Response.redirect(to: "/login", type: .normal)
        response.setCookie(
            BrowserCookie.made(BrowserCookie.session, "", isSecure: isSecure, seconds: 0))
        return response
    }
}
