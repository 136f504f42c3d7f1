import Foundation
import Testing

/// The service with a certificate of its own.
struct TLSTests {
    private let program: Program

    init() throws {
        let program = try Program(bright: false)
        self.program = program
        for name in ["c", "other"] {
            let made = try openssl(
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                "-nodes", "-days", "2", "-subj", "/CN=localhost", "-addext",
                "subjectAltName=IP:127.0.0.1", "-keyout", file("\(name).key"), "-out",
                file("\(name).pem"))
            try #require(made.code == 0, "openssl: \(made.text)")
        }
    }

    private func file(_ name: String) -> String { "\(program.folder)/\(name)" }

    private func openssl(
        _ arguments: String..., input: String = ""
    ) throws -> (code: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        let (sent, got) = (Pipe(), Pipe())
        process.standardInput = sent
        process.standardOutput = got
        process.standardError = got
        try process.run()
        try sent.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try sent.fileHandleForWriting.close()
        let text = String(decoding: got.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    private func ask(_ service: ServedProgram, trusting certificate: String) throws -> (
        code: Int32, text: String
    ) {
        try openssl(
            "s_client", "-connect", service.address, "-CAfile", file(certificate),
            "-verify_ip", "127.0.0.1", "-verify_return_error", "-quiet",
            input: "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    }

    @Test("who trusts the certificate is answered, who does not is not")
    func answered() throws {
        let service = try ServedProgram(
            program, "--tls-certificate", file("c.pem"), "--tls-key", file("c.key"))
        #expect(service.url.hasPrefix("https://127.0.0.1:"))
        let answer = try ask(service, trusting: "c.pem")
        #expect(answer.text.contains("HTTP/1.1 200") && answer.text.contains(#""status":"ok""#))
        let stranger = try ask(service, trusting: "other.pem")
        #expect(stranger.code != 0 && !stranger.text.contains("HTTP/1.1"))
        // The plain protocol gets no answer.
        let connection = try service.connect()
        try connection.send("GET", "/health", token: nil, length: 0)
        let plain = String(decoding: try connection.rest(), as: UTF8.self)
        #expect(!plain.contains("200"), "\(plain)")
        #expect(service.stop() == 0)
    }

    @Test("a key of another certificate, a missing file and half the pair are told at once")
    func refused() throws {
        func serve(_ arguments: String...) throws -> Program.Run {
            try program.run(["serve", "--port", "0"] + arguments)
        }
        let wrong = try serve("--tls-certificate", file("c.pem"), "--tls-key", file("other.key"))
        #expect(wrong.code == 65 && wrong.err.contains("is not the key"), "\(wrong.err)")
        let missing = try serve("--tls-certificate", file("no.pem"), "--tls-key", file("c.key"))
        #expect(missing.code == 65 && missing.err.contains("no.pem"), "\(missing.err)")
        #expect(try serve("--tls-certificate", file("c.pem")).code == 64)
        #expect(
            try serve(
                "--tls-certificate", file("c.pem"), "--tls-key", file("c.key"), "--behind-proxy"
            ).code == 64)
    }

    @Test("with TLS and a user it listens beyond the loopback address, without a user it does not")
    func open() throws {
        let arguments = [
            "--host", "0.0.0.0", "--tls-certificate", file("c.pem"), "--tls-key", file("c.key"),
        ]
        let empty = try program.run(["serve", "--port", "0"] + arguments)
        #expect(empty.code == 65 && empty.err.contains("vsdb user add"), "\(empty.err)")
        #expect(try program.run("user", "add", "alice", "--role", "viewer").code == 0)
        let service = try ServedProgram(
            program, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
            arguments[5])
        #expect(service.url.hasPrefix("https://0.0.0.0:"))
        #expect(try ask(service, trusting: "c.pem").text.contains("HTTP/1.1 200"))
        #expect(service.stop() == 0)
    }
}
