import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import VSImaging
import VSStore

/// An error as the service answers it: RFC 9457, `application/problem+json`.
struct Problem: Error, Sendable, Equatable {
    /// The HTTP status.
    let status: Int
    /// What kind of failure this is, for a program to switch on.
    let code: String
    /// The sentence for a person.
    let detail: String

    /// Makes a problem.
    init(_ status: Int, _ code: String, _ detail: String) {
        self.status = status
        self.code = code
        self.detail = detail
    }

    /// What any error means to a client.
    ///
    /// Only our own errors' sentences are shown, which hold no patient data but what was typed.
    init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as StoreError: self.init(error)
        case let error as ImagingError:
            self.init(500, "damaged", error.description)
        case let error as any HTTPResponseError:
            let status = error.status.code
            self.init(
                status, status == 404 ? "unknown" : "refused",
                status == 404
                    ? "There is nothing at this address. /api/v1/openapi.json lists what there is."
                    : "The request cannot be answered: \(error.status.reasonPhrase).")
        default:
            self.init(500, "failed", "The service failed; its log says more.")
        }
    }

    /// What an error means to a client; one of the service's own goes to the log, by its kind alone.
    init(_ error: any Error, log: Logger) {
        self.init(error)
        if status >= 500 { log.error("request failed", metadata: ["error": "\(type(of: error))"]) }
    }

    private init(_ error: StoreError) {
        let status =
            switch error.code {
            case .unknown: 404
            case .invalid: 400
            case .conflict: 409
            case .tooLarge: 413
            case .busy, .full, .readOnly: 503
            case .corrupt, .version, .unreadable: 500
            }
        self.init(status, error.code.rawValue, error.description)
    }

    /// The status with its standard words, which the number alone does not bring.
    var standardStatus: HTTPResponse.Status {
        let known: [HTTPResponse.Status] = [
            .badRequest, .unauthorized, .forbidden, .notFound, .methodNotAllowed, .conflict,
            .contentTooLarge, .unsupportedMediaType, .unprocessableContent, .tooManyRequests,
            .internalServerError, .serviceUnavailable,
        ]
        return known.first { $0.code == status }
            ?? HTTPResponse.Status(code: status, reasonPhrase: "Error")
    }

    /// The answer.
    func response() -> Response {
        let status = standardStatus
        let object: [String: Any] = [
            "type": "urn:vsdb:problem:\(code)", "title": status.reasonPhrase,
            "status": self.status, "detail": detail,
        ]
        let data = (try? JSONSerialization.data(withJSONObject: object, options: .sortedKeys))
        var headers: HTTPFields = [
            .contentType: "application/problem+json", .cacheControl: "no-store",
        ]
        if self.status == 401 { headers[.wwwAuthenticate] = "Bearer realm=\"vsdb\"" }
        if code == StoreError.Code.busy.rawValue { headers[.retryAfter] = "5" }
        return Response(
            status: status, headers: headers,
            body: .init(byteBuffer: ByteBuffer(bytes: data ?? Data())))
    }
}
