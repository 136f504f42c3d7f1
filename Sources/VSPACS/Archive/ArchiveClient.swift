import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// HTTP towards one archive: small answers in memory, images in a stream.
struct ArchiveClient: Sendable {
    let address: ArchiveAddress
    private let http: HTTPClient

    /// A small answer holds at most so many bytes.
    private static let largestAnswer = 64 << 20
    /// A download holds at most so many bytes, as a zip archive may unpack to.
    static let largestDownload = 4 << 30

    /// Calls `body` with a client whose connections are closed in the end.
    static func use<Result: Sendable>(
        _ address: ArchiveAddress, _ body: @Sendable (ArchiveClient) async throws -> Result
    ) async throws -> Result {
        // A redirect could send the password elsewhere.
        let http = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: .init(
                redirectConfiguration: .disallow,
                timeout: .init(connect: .seconds(5), read: .seconds(120))))
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await body(ArchiveClient(address: address, http: http)))
        } catch {
            result = .failure(error)
        }
        try? await http.shutdown()
        return try result.get()
    }

    /// The small answer to a request.
    func data(
        _ method: HTTPMethod, _ path: String, query: [(name: String, value: String)] = [],
        accept: String = "application/json", body: (type: String, bytes: Data)? = nil
    ) async throws -> Data {
        let response = try await send(method, path, query, accept, body)
        return try await reading {
            Data(try await response.body.collect(upTo: Self.largestAnswer).readableBytesView)
        }
    }

    /// An answer in JSON.
    func json<Answer: Decodable>(
        _ path: String, query: [(name: String, value: String)] = [],
        accept: String = "application/json"
    ) async throws -> Answer {
        try decode(try await data(.GET, path, query: query, accept: accept))
    }

    /// Reads an answer in JSON.
    func decode<Answer: Decodable>(_ data: Data) throws(PACSError) -> Answer {
        do {
            return try JSONDecoder().decode(Answer.self, from: data)
        } catch {
            throw PACSError(
                .answer, subject: address.text,
                message: "It does not answer as such an archive does.",
                remedy: "Check the address: it is that of Orthanc's REST API, or of a DICOMweb "
                    + "service.")
        }
    }

    /// Hands a large answer on, block by block.
    func stream(
        _ method: HTTPMethod, _ path: String, accept: String,
        body: (type: String, bytes: Data)? = nil,
        begin: (_ contentType: String) throws -> Void = { _ in }, block: (Data) throws -> Void
    ) async throws {
        let response = try await send(method, path, [], accept, body)
        try begin(response.headers.first(name: "content-type") ?? "")
        var left = Self.largestDownload
        var blocks = response.body.makeAsyncIterator()
        while let bytes = try await reading({ try await blocks.next() }) {
            left -= bytes.readableBytes
            guard left >= 0 else {
                throw PACSError(
                    .answer, subject: address.text, message: "It sends more than 4 GB.",
                    remedy: "Register the study by hand; no MR study is so large.")
            }
            try block(Data(bytes.readableBytesView))
        }
    }

    private func send(
        _ method: HTTPMethod, _ path: String, _ query: [(name: String, value: String)],
        _ accept: String, _ body: (type: String, bytes: Data)?
    ) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: address.url(path, query))
        request.method = method
        request.headers.add(name: "accept", value: accept)
        // An archive closes a connection that was quiet for a second, sometimes just as the next
        // request is written; few requests are made, so each has a connection of its own.
        request.headers.add(name: "connection", value: "close")
        if let (name, password) = address.credentials {
            request.setBasicAuth(username: name, password: password)
        }
        if let body {
            request.headers.add(name: "content-type", value: body.type)
            request.body = .bytes(ByteBuffer(bytes: body.bytes))
        }
        let made = request
        let response = try await reading { try await http.execute(made, timeout: .hours(2)) }
        try check(response.status)
        return response
    }

    private func check(_ status: HTTPResponseStatus) throws(PACSError) {
        switch status.code {
        case 200..<300: return
        case 401, 403:
            throw PACSError(
                .denied, subject: address.text,
                message: "It does not let this program in (\(status.code)).",
                remedy: "Give the name and password in a file with --credentials, or in "
                    + "\(ArchiveAddress.variable).")
        case 404:
            throw PACSError(
                .missing, subject: address.text, message: "It does not know what was asked for.",
                remedy: "Check the address, and whether the study is still there.")
        case 500...:
            throw PACSError(
                .unavailable, subject: address.text,
                message: "It reports a fault of its own (\(status.code)).",
                remedy: "Its log says more.")
        default:
            throw PACSError(
                .answer, subject: address.text, message: "It answers \(status.code).",
                remedy: "Check the address.")
        }
    }

    /// Turns what breaks on the way into a sentence.
    private func reading<Result>(_ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch {
            if Task.isCancelled { throw CancellationError() }
            guard !(error is NIOTooManyBytesError) else {
                throw PACSError(
                    .answer, subject: address.text,
                    message: "It answers with more than \(Self.largestAnswer >> 20) MB.",
                    remedy: "Ask for less, such as one study by its UID.")
            }
            throw PACSError(
                .unavailable, subject: address.text,
                message: "It cannot be reached, or broke off (\(error)).",
                remedy: "Check that it runs and that the address is right.")
        }
    }
}
