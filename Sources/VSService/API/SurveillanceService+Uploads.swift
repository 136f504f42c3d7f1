import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix
import VSImaging
import VSReport
import VSSegmentation
import VSStore
import VSSurveillance

extension SurveillanceService {
    /// Scans are read and stored here, two at a time, so that answers do not wait for them.
    static let registrations: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: 2)
        pool.start()
        return pool
    }()

    /// Takes a scan from the body of a request: 201 where it is new, 200 where it was registered.
    func takeScan(
        _ endpoint: Endpoint, _ request: Request, _ question: Question, by identity: Identity
    ) async throws -> Response {
        let wish = try UploadRequest(question)
        let length = try checkHead(of: request)
        let (surveillance, limit) = (surveillance, uploadLimitBytes)
        let upload = try await NIOThreadPool.singleton.runIfActive {
            try ScanUpload(wish, surveillance, today: question.today, limitBytes: limit)
        }
        for try await piece in request.body {
            try await NIOThreadPool.singleton.runIfActive {
                try piece.withUnsafeReadableBytes { try upload.append($0) }
            }
        }
        try Self.checkEnd(of: upload, length: length, headers: request.headers)
        let done = try await Self.registrations.runIfActive {
            try AuditTrail(identity, in: question.store).change(endpoint.action, of: wish.patient) {
                try Self.refusing { try upload.register(today: question.today) }
            }
        }
        return try Self.answer(done, upload, to: identity.role)
    }

    /// Refuses by a request's head what need not be read.
    ///
    /// - Returns: how many bytes are announced.
    private func checkHead(of request: Request) throws(Problem) -> Int? {
        if request.headers[.contentType]?.lowercased().hasPrefix("multipart/") == true {
            throw Problem(
                415, "multipart",
                "Send the file alone as the body, as 'curl --data-binary @FILE' does.")
        }
        let length = request.headers[.contentLength].flatMap { Int($0) }
        if let length, length > uploadLimitBytes {
            throw Problem(IncomingFile.tooLarge(uploadLimitBytes))
        }
        return length
    }

    /// Refuses what did not come whole.
    private static func checkEnd(
        of upload: ScanUpload, length: Int?, headers: HTTPFields
    ) throws(Problem) {
        guard upload.bytes > 0 else {
            throw Problem(400, "empty", "The body holds no file. Send its bytes.")
        }
        if let length, length != upload.bytes {
            throw Problem(
                400, "incomplete", "Of \(length) bytes \(upload.bytes) came. Send the scan again.")
        }
        if let stated = digest(headers), stated != upload.sha256 {
            throw Problem(
                400, "digest",
                "The bytes that came have another SHA-256 than the request says. Send the scan "
                    + "again.")
        }
    }

    /// The SHA-256 that a client states in Content-Digest (RFC 9530), hexadecimal; nil for none.
    static func digest(_ headers: HTTPFields) -> String? {
        guard let name = HTTPField.Name("Content-Digest"), let text = headers[name],
            let match = text.firstMatch(of: /sha-256=:([A-Za-z0-9+\/=]+):/),
            let bytes = Data(base64Encoded: String(match.output.1))
        else { return nil }
        return bytes.map { String(format: "%02x", $0) }.joined()
    }

    /// A scan that cannot be read or measured is the sender's to mend.
    private static func refusing<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as ImagingError {
            throw Problem(422, error.code.rawValue, error.description)
        } catch let error as SegmentationError where error.code == .refused {
            throw Problem(422, error.code.rawValue, error.description)
        }
    }

    /// What a sender is told; a device hears of nothing but what it sent.
    private static func answer(
        _ done: Registration, _ upload: ScanUpload, to role: Role
    ) throws -> Response {
        var object = RegistrationDocument(done).object
        if !role.mayRead {
            let own: Set = ["scan", "patient", "examDate", "isRepeat", "job", "researchUseOnly"]
            object = object.filter { own.contains($0.key) }
        }
        object["sha256"] = upload.sha256
        object["bytes"] = upload.bytes
        var response = try Answer(json: object).response(ifNoneMatch: nil)
        response.headers[.eTag] = nil
        response.headers[.cacheControl] = "no-store"
        response.headers[.location] = "/api/v1/scans/\(done.scan)"
        if !done.isRepeat { response.status = .created }
        return response
    }
}
