import NIOSSL

/// A certificate with its chain, and its private key, as PEM files.
public struct TLSFiles: Sendable, Hashable {
    private let certificate: String
    private let key: String

    /// Names the files.
    ///
    /// - Parameters:
    ///   - certificate: the service's certificate, followed by those that signed it.
    ///   - key: its private key, without a passphrase.
    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }

    /// TLS 1.2 or newer with them.
    ///
    /// - Throws: ``ServiceError`` where they cannot be read, or do not belong together.
    func configuration() throws(ServiceError) -> TLSConfiguration {
        let chain: [NIOSSLCertificateSource]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificate).map { .certificate($0) }
        } catch {
            throw Self.unusable(certificate, "It holds no certificate in PEM that can be read.")
        }
        let privateKey: NIOSSLPrivateKey
        do {
            privateKey = try NIOSSLPrivateKey(file: key, format: .pem)
        } catch {
            throw Self.unusable(key, "It holds no private key in PEM that can be read.")
        }
        let configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain, privateKey: .privateKey(privateKey))
        do {
            // A key of another certificate would be noticed at the first connection only.
            _ = try NIOSSLContext(configuration: configuration)
            return configuration
        } catch {
            throw Self.unusable(key, "It is not the key of \(certificate).")
        }
    }

    private static func unusable(_ file: String, _ message: String) -> ServiceError {
        ServiceError(
            .refused, subject: file, message: message,
            remedy: "Check --tls-certificate and --tls-key, and that the service may read them.")
    }
}
