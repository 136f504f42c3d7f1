import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import VSReport
import VSStore

/// What an endpoint answers: bytes of a kind.
struct Answer: Sendable {
    let data: Data
    let type: String

    /// An answer of bytes.
    init(_ data: Data, type: String) {
        self.data = data
        self.type = type
    }

    /// A JSON object, keys sorted, so that the same answer has the same bytes.
    init(json object: [String: Any]) throws {
        data = try JSONSerialization.data(
            withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
        type = "application/json"
    }

    /// A page of a list; `next` is the place the next page begins behind, nil at the end.
    init(page table: TextTable, next: String?) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        data = try encoder.encode(Page(items: table, next: next))
        type = "application/json"
    }

    /// A page of a list as it is sent.
    ///
    /// Of all that is sent it alone is long enough for its encoding to take time, for which reason it
    /// is not made of dictionaries.
    private struct Page: Encodable {
        private enum Key: CodingKey {
            case items, next, researchUseOnly
        }

        let items: TextTable
        let next: String?

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(items, forKey: .items)
            // Null at the end, not missing.
            try container.encode(next, forKey: .next)
            try container.encode(true, forKey: .researchUseOnly)
        }
    }

    /// Bytes of what can only be written to a file; the file lies in a folder of its own, for the
    /// owner alone, and goes at once.
    init(ending: String, type: String, _ write: (String) throws -> Void) throws {
        let files = FileManager.default
        let folder = files.temporaryDirectory.appending(path: "vsdb-\(UUID().uuidString)")
        try files.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? files.removeItem(at: folder) }
        let file = folder.appending(path: "answer" + ending)
        try write(file.path)
        self.init(try Data(contentsOf: file), type: type)
    }

    /// The response, or 304 where the client has these bytes already.
    func response(ifNoneMatch known: String?) -> Response {
        let tag = "\"\(Store.sha256(of: data).prefix(32))\""
        var headers: HTTPFields = [
            .contentType: type, .eTag: tag, .cacheControl: "private, no-cache",
        ]
        let tags = (known ?? "").split(separator: ",").map {
            $0.trimmingCharacters(in: .whitespaces)
        }
        if tags.contains(tag) || tags.contains("W/" + tag) || tags == ["*"] {
            headers[.contentType] = nil
            return Response(status: .notModified, headers: headers)
        }
        return Response(
            status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: data)))
    }
}
