import Foundation
import HTTPTypes
import Hummingbird

/// The page that somebody wanted before logging in.
struct WantedPage: Sendable {
    /// Its path with its query; always one of this service.
    let path: String

    /// The page that a request asks for; nil for the worklist, for what is no page, and for a form,
    /// which cannot be sent again.
    init?(_ request: Request) {
        guard request.method == .get,
            request.headers[.accept]?.contains("text/html") == true
        else { return nil }
        self.init(request.head.path ?? "")
    }

    /// Reads what a query or a form says; nil unless it is a page of this service other than the
    /// worklist, to which logging in leads anyhow.
    ///
    /// Anything that a browser could take for another site's address is refused: two slashes, a
    /// backslash, and what is no visible ASCII, as it may skip some of it.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count > 1, bytes.count <= 1000, bytes[0] == UInt8(ascii: "/"),
            bytes.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }),
            bytes[1] != UInt8(ascii: "/"),
            let first = text.dropFirst().split(whereSeparator: { "/?#".contains($0) }).first,
            !["login", "logout", "assets", "api", "live"].contains(first)
        else { return nil }
        path = text
    }

    /// The address of the page to log in that leads on to this one.
    static func logIn(for request: Request) -> String {
        guard let wanted = WantedPage(request) else { return "/login" }
        return "/login?next=\(PageShell.part(wanted.path))"
    }
}
