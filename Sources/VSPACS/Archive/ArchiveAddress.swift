public import Foundation

/// Where an archive answers, and the name and password for it.
public struct ArchiveAddress: Sendable {
    /// The address without a closing slash and without credentials, as it is printed and stored.
    public let text: String
    package let credentials: (name: String, password: String)?

    /// The variable that may hold `NAME:PASSWORD`.
    public static let variable = "VSDB_PACS_CREDENTIALS"

    /// Takes an address.
    ///
    /// - Parameters:
    ///   - url: `http://` or `https://`, without a name and password, which would show in the list of
    ///     processes.
    ///   - file: a file of one line, `NAME:PASSWORD`, that only its owner may read; nil takes the
    ///     variable ``variable``, and none where that is not set.
    ///   - environment: the process's variables.
    /// - Throws: ``PACSError`` where one of these is not so.
    public init(
        _ url: String, credentials file: String? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(PACSError) {
        guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty,
            ["http", "https"].contains(parts.scheme ?? ""), parts.query == nil,
            parts.fragment == nil
        else {
            throw PACSError(
                .refused, subject: "archive", message: "'\(Self.withoutUser(url))' is no address.",
                remedy: "Give it like http://127.0.0.1:8042.")
        }
        guard parts.user == nil, parts.password == nil else {
            throw PACSError(
                .refused, subject: "archive",
                message: "Its address holds a name or password, which other users could see.",
                remedy: "Put NAME:PASSWORD into a file for --credentials, or into \(Self.variable)."
            )
        }
        var text = url
        while text.hasSuffix("/") { text.removeLast() }
        self.text = text
        if let file {
            credentials = try Self.read(file)
        } else if let value = environment[Self.variable] {
            credentials = try Self.split(value, subject: Self.variable)
        } else {
            credentials = nil
        }
    }

    /// An address may be mistyped; what stands before an @ is not repeated.
    private static func withoutUser(_ url: String) -> String {
        url.lastIndex(of: "@").map { "…" + url[$0...] } ?? url
    }

    private static func read(_ file: String) throws(PACSError) -> (String, String) {
        let attributes = try? FileManager.default.attributesOfItem(
            atPath: URL(fileURLWithPath: file).resolvingSymlinksInPath().path)
        guard let mode = (attributes?[.posixPermissions] as? NSNumber)?.intValue,
            let data = FileManager.default.contents(atPath: file)
        else {
            throw PACSError(
                .refused, subject: file, message: "The credentials cannot be read.",
                remedy: "Check the path and its permissions.")
        }
        guard mode & 0o077 == 0 else {
            throw PACSError(
                .refused, subject: file, message: "Others may read these credentials.",
                remedy: "Run 'chmod 600' on the file.")
        }
        return try split(String(decoding: data, as: UTF8.self), subject: file)
    }

    private static func split(
        _ text: String, subject: String
    ) throws(PACSError) -> (String, String) {
        let line = text.trimmingCharacters(in: .newlines)
        let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !line.contains(where: \.isNewline) else {
            throw PACSError(
                .refused, subject: subject, message: "It holds no line NAME:PASSWORD.",
                remedy: "Write the name, a colon and the password.")
        }
        return (String(parts[0]), String(parts[1]))
    }

    /// The URL of a path, with a query whose values are escaped.
    func url(_ path: String, _ query: [(name: String, value: String)] = []) -> String {
        // Wildcards stay as they are: Orthanc's DICOMweb does not take an escaped one for one.
        let plain = CharacterSet(
            charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~*?")
        let items = query.map { item in
            let value = item.value.addingPercentEncoding(withAllowedCharacters: plain) ?? ""
            return "\(item.name)=\(value)"
        }
        return text + path + (items.isEmpty ? "" : "?" + items.joined(separator: "&"))
    }
}
