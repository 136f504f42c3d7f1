import HTTPTypes
import Hummingbird
import NIOCore
import VSStore

/// The fields of a form that a browser sent.
struct SentForm: Sendable {
    /// Bytes at most; the forms here hold some words.
    static let largest = 16_384

    private let fields: [String: String]

    /// Reads a form, after checking that a page of this service sent it.
    ///
    /// - Parameters:
    ///   - request: the request.
    ///   - token: what the hidden field `token` must hold.
    /// - Throws: ``Problem`` for a form of another site, one that is over, or no form.
    init(_ request: Request, token: String?) async throws {
        try Self.checkSite(of: request)
        guard
            request.headers[.contentType]?.hasPrefix("application/x-www-form-urlencoded") == true
        else { throw Problem(400, "invalid", "Send the fields of a form.") }
        do {
            let body = try await request.body.collect(upTo: Self.largest)
            fields = try URLEncodedFormDecoder().decode(
                [String: String].self, from: String(buffer: body))
        } catch is NIOTooManyBytesError {
            throw Problem(413, "too-large", "A form has \(Self.largest) bytes at most.")
        } catch {
            throw Problem(400, "invalid", "The form cannot be read.")
        }
        guard let token, let sent = fields["token"], Store.areSame(sent, token) else {
            throw Self.foreign
        }
    }

    /// A field; empty where it is missing.
    subscript(_ name: String) -> String { fields[name] ?? "" }

    /// Refuses a form that the browser says another site sent.
    static func checkSite(of request: Request) throws(Problem) {
        if let name = HTTPField.Name("Sec-Fetch-Site"), let site = request.headers[name],
            site != "same-origin"
        {
            throw foreign
        }
    }

    static let foreign = Problem(
        403, "form",
        "The form is not from this service, or too old. Go back, load the page anew "
            + "and send it again.")
}
