import VSStore

/// Where the service listens.
public struct ServiceAddress: Sendable, Hashable {
    /// The host's name or address.
    public let host: String
    /// The port; 0 takes a free one.
    public let port: Int
    /// The certificate with which it speaks TLS; nil for plain HTTP.
    let tls: TLSFiles?
    /// Whether a reverse proxy with TLS stands before it.
    let isBehindProxy: Bool

    /// Whether browsers reach it through TLS alone.
    var isSecure: Bool { tls != nil || isBehindProxy }

    /// Addresses that no other machine can reach.
    private static let loopback: Set<String> = ["127.0.0.1", "::1", "localhost"]

    /// Takes an address after checking that patients' data cannot leave the machine in the clear.
    ///
    /// It listens on the loopback address alone, unless it speaks TLS or a proxy that does stands before
    /// it, and there is a user to let in.
    ///
    /// - Parameters:
    ///   - host: the host's name or address.
    ///   - port: 0 to 65535.
    ///   - isBehindProxy: whether a reverse proxy with TLS is declared.
    ///   - tls: the certificate and key with which it speaks TLS itself.
    ///   - hasUsers: whether there is a user who is not disabled.
    /// - Throws: ``ServiceError`` with what is missing.
    public init(
        host: String, port: Int, isBehindProxy: Bool, tls: TLSFiles? = nil, hasUsers: Bool
    ) throws(ServiceError) {
        guard (0...65_535).contains(port) else {
            throw ServiceError(
                .refused, subject: "port \(port)", message: "A port is from 0 to 65535.",
                remedy: "Name another with --port.")
        }
        if !Self.loopback.contains(host) {
            guard isBehindProxy || tls != nil else {
                throw ServiceError(
                    .refused, subject: host,
                    message: "Beyond the loopback address patients' data would travel unencrypted.",
                    remedy: "Give --tls-certificate and --tls-key, or put a reverse proxy with TLS "
                        + "before the service and say --behind-proxy, or listen on 127.0.0.1.")
            }
            guard hasUsers else {
                throw ServiceError(
                    .refused, subject: host, message: "There is no user yet who could be let in.",
                    remedy: "Add one: vsdb user add NAME --role viewer.")
            }
        }
        self.host = host
        self.port = port
        self.isBehindProxy = isBehindProxy
        self.tls = tls
    }

    /// The URL of the service at a port, for people.
    func url(port: Int) -> String {
        "\(tls == nil ? "http" : "https")://\(host.contains(":") ? "[\(host)]" : host):\(port)/"
    }
}
