import Foundation
import HTTPTypes
import Hummingbird
import NIOPosix
import VSStore

/// Lets in who is logged in with a browser; others are shown the page to log in.
struct SessionMiddleware: RouterMiddleware {
    typealias Context = ServiceContext

    let store: Store
    let now: @Sendable () -> Date

    func handle(
        _ request: Request, context: ServiceContext,
        next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        let (store, moment) = (store, now())
        guard let text = request.cookies[BrowserCookie.session]?.value,
            let session = try await NIOThreadPool.singleton.runIfActive({
                try store.session(ofText: text, at: moment)
            })
        else { return .redirect(to: WantedPage.logIn(for: request), type: .normal) }
        var context = context
        context.session = session
        return try await next(request, context)
    }
}

/// The cookies the service sets.
enum BrowserCookie {
    /// Of somebody who is logged in.
    static let session = "vsdb_session"
    /// Of a form to log in, before there is a session.
    static let form = "vsdb_form"

    /// A cookie that no script reads and no other site's request brings along.
    static func made(_ name: String, _ value: String, isSecure: Bool, seconds: Int) -> Cookie {
        Cookie(
            name: name, value: value, maxAge: seconds, path: "/", secure: isSecure, httpOnly: true,
            sameSite: .strict)
    }
}
