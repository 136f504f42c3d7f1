import Hummingbird
import VSStore

/// What is known of a request beside itself.
struct ServiceContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Who asks; nil until the token was looked at.
    var identity: Identity?
    /// Who is logged in; nil until the cookie was looked at.
    var session: Session?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
    }
}
