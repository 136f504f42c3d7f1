import Foundation
import HTTPTypes
import NIOCore
import Testing
import VSStore

/// A browser without script: it keeps cookies and sends forms.
final class Browser {
    let clinic: ServedClinic
    private(set) var cookies: [String: String] = [:]
    /// The last answer's cookies, as they were set.
    private(set) var setCookies: [String] = []
    /// What the browser says of where a request comes from.
    var site: String? = "same-origin"
    /// What proxies on the way say of where it comes from.
    var forwardedFor: String?
    /// What it would like: pages, unless told otherwise.
    var accepts = "text/html,application/xhtml+xml"

    init(_ clinic: ServedClinic) { self.clinic = clinic }

    func get(_ path: String) async throws -> ServedClinic.Answer {
        try await send(.get, path, type: nil, body: nil)
    }

    func post(_ path: String, _ fields: [String: String]) async throws -> ServedClinic.Answer {
        var allowed = CharacterSet.alphanumerics
        allowed.insert(charactersIn: "-._")
        let body = fields.map { name, value in
            "\(name)=\(value.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")"
        }.joined(separator: "&")
        return try await send(.post, path, type: "application/x-www-form-urlencoded", body: body)
    }

    /// Sends a form with a file, the file last.
    func postFile(
        _ path: String, _ fields: [(String, String)], file: Data, named name: String
    ) async throws -> ServedClinic.Answer {
        var body = Data()
        for (key, value) in fields {
            body += Data(
                "--b0und\r\nContent-Disposition: form-data; name=\"\(key)\"\r\n\r\n\(value)\r\n"
                    .utf8)
        }
        body += Data(
            """
            --b0und\r\nContent-Disposition: form-data; name="file"; filename="\(name)"\r\n\
            Content-Type: application/octet-stream\r\n\r\n
            """.utf8)
        body += file + Data("\r\n--b0und--\r\n".utf8)
        return try await send(
            .post, path, type: "multipart/form-data; boundary=b0und", bytes: ByteBuffer(bytes: body)
        )
    }

    private func send(
        _ method: HTTPRequest.Method, _ path: String, type: String?, body: String?
    ) async throws -> ServedClinic.Answer {
        try await send(method, path, type: type, bytes: body.map { ByteBuffer(string: $0) })
    }

    private func send(
        _ method: HTTPRequest.Method, _ path: String, type: String?, bytes: ByteBuffer?
    ) async throws -> ServedClinic.Answer {
        var headers = HTTPFields()
        if !cookies.isEmpty {
            headers[.cookie] = cookies.map { "\($0)=\($1)" }.joined(separator: "; ")
        }
        headers[.contentType] = type
        headers[.accept] = accepts
        if let site { headers[try #require(HTTPField.Name("Sec-Fetch-Site"))] = site }
        headers[try #require(HTTPField.Name("X-Forwarded-For"))] = forwardedFor
        let answer = try await clinic.send(method, path, headers, bytes: bytes)
        setCookies = answer.headers[values: .setCookie]
        for cookie in setCookies {
            let pair = try #require(cookie.split(separator: ";").first).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            cookies[String(pair[0])] = pair[1].isEmpty ? nil : String(pair[1])
        }
        return answer
    }

    /// The hidden token of the form that goes to an address.
    static func token(in page: String, action: String) throws -> String {
        let form = try #require(
            page.split(separator: "<form").first { $0.contains("action=\"\(action)\"") },
            "there is no form for \(action)")
        return String(
            try #require(form.firstMatch(of: /name="token" value="([0-9a-f]{64})"/)).output.1)
    }

    static let password = "four words in a row"

    /// Logs in by the form.
    func logIn(_ name: String, password: String = Browser.password) async throws
        -> ServedClinic.Answer
    {
        let page = try await get("/login")
        return try await post(
            "/login",
            [
                "token": try Self.token(in: page.text, action: "/login"), "name": name,
                "password": password,
            ])
    }

    /// A browser of a new user of a role, logged in.
    static func loggedIn(_ clinic: ServedClinic, as role: Role) async throws -> Browser {
        let name = "new \(role.rawValue)"
        try clinic.store.addUser(name, role: role)
        try clinic.store.setPassword(password, forUser: name)
        let browser = Browser(clinic)
        let answer = try await browser.logIn(name)
        #expect(answer.status == 303 && answer.headers[.location] == "/")
        return browser
    }
}
