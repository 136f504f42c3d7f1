import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import VSStore

/// What is known of a request beside itself.
struct ServiceContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Who asks; nil until the token was looked at.
    var identity: Identity?
    /// Who is logged in; nil until the cookie was looked at.
    var session: Session?

    /// The address at the other end of the connection, which may be a proxy's; nil where there is none.
    let peer: String?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        peer = source.channel.remoteAddress?.ipAddress
    }

    /// The address a request comes from.
    ///
    /// Behind the declared proxy it is the one the proxy saw, last in X-Forwarded-For; what stands before
    /// it anybody may have written. A client without a proxy cannot choose its address by that field.
    ///
    /// - Parameters:
    ///   - request: its headers.
    ///   - isBehindProxy: whether a proxy is declared.
    /// - Returns: the address as text; empty where nothing is known.
    func client(of request: Request, isBehindProxy: Bool) -> String {
        guard isBehindProxy, let name = HTTPField.Name("X-Forwarded-For"),
            let last = request.headers[values: name].last?.split(separator: ",").last
        else { return peer ?? "" }
        return last.trimmingCharacters(in: .whitespaces)
    }
}
