import Foundation
import Testing

/// `vsdb serve` in a program's folder, asked over a socket.
final class ServedProgram {
    /// The process.
    let process: Process
    /// The URL it printed.
    let url: String
    private let port: UInt16
    private let errors = Pipe()

    /// Starts it on a free port and waits until it listens.
    init(_ program: Program, _ arguments: String...) throws {
        let process = program.process(["serve", "--port", "0"] + arguments)
        let out = Pipe()
        process.standardOutput = out
        process.standardError = errors
        try process.run()
        let line = try #require(Self.line(of: out), "it did not start")
        let match = line.firstMatch(of: /:(\d+)\/$/)
        let port = try #require(match.flatMap { UInt16($0.output.1) }, "\(line)")
        self.process = process
        self.port = port
        url = line
    }

    deinit {
        if process.isRunning { process.terminate() }
        process.waitUntilExit()
    }

    /// Its port, as text.
    var address: String { "127.0.0.1:\(port)" }

    /// The next line on stderr; nil at its end.
    func report() -> String? { Self.line(of: errors) }

    /// Asks it to stop.
    ///
    /// - Returns: its exit code.
    func stop() -> Int32 {
        process.terminate()
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : -1
    }

    /// A connection to it.
    func connect() throws -> Connection { try Connection(port: port) }

    /// Asks and reads the whole answer.
    func ask(
        _ method: String, _ path: String, token: String? = nil, body: Data = Data()
    ) throws -> (status: Int, text: String) {
        let connection = try connect()
        try connection.send(method, path, token: token, length: body.count)
        try connection.send(body)
        let text = String(decoding: try connection.rest(), as: UTF8.self)
        let status = try #require(text.firstMatch(of: /^HTTP\/1.1 (\d{3})/), "\(text)")
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1)
        return (Int(status.output.1) ?? 0, parts.count == 2 ? String(parts[1]) : "")
    }

    private static func line(of pipe: Pipe) -> String? {
        var bytes: [UInt8] = []
        while let byte = try? pipe.fileHandleForReading.read(upToCount: 1)?.first {
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        return nil
    }

    /// One connection, closed with the value.
    final class Connection {
        private let handle: Int32

        init(port: UInt16) throws {
            handle = try #require(opened(port), "no connection to port \(port)")
        }

        deinit { close(handle) }

        /// Sends a request's head.
        func send(_ method: String, _ path: String, token: String?, length: Int) throws {
            let authorization = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
            try send(
                Data(
                    ("\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                        + "\(authorization)Content-Length: \(length)\r\n\r\n").utf8))
        }

        /// Sends bytes.
        func send(_ data: Data) throws {
            var left = Array(data)[...]
            while !left.isEmpty {
                let sent = put(left, to: handle)
                try #require(sent > 0)
                left = left.dropFirst(sent)
            }
        }

        /// Some bytes, as soon as there are any; none at the end.
        func some() throws -> Data {
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = read(handle, &buffer, buffer.count)
            try #require(count >= 0)
            return Data(buffer.prefix(count))
        }

        /// All that comes until the other side closes.
        func rest() throws -> Data {
            var all = Data()
            while case let more = try some(), !more.isEmpty { all += more }
            return all
        }
    }
}

/// A socket that is connected to this port; nil where nobody listens.
private func opened(_ port: UInt16) -> Int32? {
    let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = port.bigEndian
    place.sin_addr.s_addr = inet_addr("127.0.0.1")
    let result = withUnsafePointer(to: &place) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    if result == 0 { return handle }
    close(handle)
    return nil
}

/// Sends bytes; a closed connection is an error and no signal.
private func put(_ bytes: ArraySlice<UInt8>, to handle: Int32) -> Int {
    bytes.withUnsafeBytes { send(handle, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
}
