import HTTPTypes
import Hummingbird

/// Around every request: errors become problems, security headers are added, and it is counted.
struct ShieldMiddleware: RouterMiddleware {
    typealias Context = ServiceContext

    let metrics: ServiceMetrics
    /// Whether clients come by TLS, the service's own or a proxy's.
    let isSecure: Bool
    let allowed: AllowedMethods

    /// Nothing may be loaded, framed or guessed at; pages bring a content policy of their own.
    private static let headers: [(String, String)] = [
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ]

    func handle(
        _ request: Request, context: ServiceContext,
        next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        var response: Response
        do {
            response = try await next(request, context)
        } catch {
            let problem = Problem(error, log: context.logger)
            response = problem.response()
        }
        if response.status == .notFound,
            let others = allowed.others(than: request.method, at: request.uri.path)
        {
            response =
                Problem(
                    405, "method",
                    "This address takes \(others), and not \(request.method.rawValue)."
                ).response()
            response.headers[.allow] = others
        }
        for (name, value) in Self.headers {
            guard let name = HTTPField.Name(name) else { continue }
            if name != .contentSecurityPolicy || response.headers[name] == nil {
                response.headers[name] = value
            }
        }
        if isSecure { response.headers[.strictTransportSecurity] = "max-age=31536000" }
        metrics.count(
            method: request.method.rawValue, path: context.endpointPath,
            status: response.status.code, took: ContinuousClock.now - start)
        return response
    }
}
