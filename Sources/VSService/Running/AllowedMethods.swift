import HTTPTypes
import Hummingbird

/// What each address of the service can be asked: where one exists and the method is wrong, the answer
/// is 405 with these (RFC 9110, 15.5.6), and not that there is nothing.
struct AllowedMethods: Sendable {
    private let routes: [(path: RouterPath, methods: [HTTPRequest.Method])]

    /// Of a router that has all its routes.
    init(_ router: Router<ServiceContext>) {
        var methods: [String: (RouterPath, [HTTPRequest.Method])] = [:]
        for route in router.routes where !route.path.components.contains(.recursiveWildcard) {
            methods[route.path.description, default: (route.path, [])].1.append(route.method)
        }
        routes = methods.values.map { path, methods in
            (path, methods.contains(.get) ? methods + [.head] : methods)
        }
    }

    /// The value of Allow at a path that does not know a method; nil where there is no such address, or
    /// where it knows the method.
    func others(than method: HTTPRequest.Method, at path: String) -> String? {
        let parts = path.split(separator: "/")
        let allowed = routes.filter { route in
            route.path.components.count == parts.count
                && zip(route.path.components, parts).allSatisfy { $0 ~= $1 }
        }.flatMap(\.methods)
        guard !allowed.isEmpty, !allowed.contains(method) else { return nil }
        return Set(allowed.map(\.rawValue)).sorted().joined(separator: ", ")
    }
}
