import HTTPTypes
import Hummingbird
import NIOCore
import NIOPosix
import VSStore

extension SurveillanceService {
    /// Takes a form with a file, which is written beside the database as it comes and never held whole in
    /// memory; then does what the form asks, and leads to the page that shows it.
    func respond(
        _ form: FileForm, _ request: Request, _ context: ServiceContext
    ) async throws -> Response {
        let visit = try visit(form.path, request, context)
        try await check(
            form.isFor(visit.session.role), form.action, visit.question.subject(of: form.path),
            visit, "A \(visit.session.role.rawValue) may not do this.")
        do {
            return .redirect(to: try await take(form, visit, request), type: .normal)
        } catch {
            // The log hears of what is the service's own fault.
            _ = Problem(error, log: context.logger)
            return PageShell(
                problem: PageWords.problem(
                    error, isSent: true,
                    remedy: "Nothing was stored. Go back, correct the form and send it again."),
                back: form.page(visit), session: visit.session
            ).response()
        }
    }

    private func take(
        _ form: FileForm, _ visit: Visit, _ request: Request
    ) async throws -> String {
        try SentForm.checkSite(of: request)
        guard let boundary = MultipartReader.boundary(of: request.headers[.contentType]) else {
            throw Problem(400, "invalid", "Send a form with a file.")
        }
        var reader = MultipartReader(boundary: boundary)
        var fields: [String: String] = [:]
        var taker: (any FileTaker)?
        for try await piece in request.body {
            for event in try Self.events(piece, &reader) {
                switch event {
                case .field(let name, let value): fields[name] = value
                case .file(let name):
                    taker = try await begin(
                        form, visit, FileFields(fields: fields, fileName: name),
                        isFirst: taker == nil)
                case .piece(let bytes):
                    guard let taker else { throw Self.noFile }
                    try await NIOThreadPool.singleton.runIfActive {
                        try bytes.withUnsafeBytes { try taker.append($0) }
                    }
                }
            }
        }
        guard reader.isComplete else {
            throw Problem(400, "incomplete", "The form did not come whole. Send it again.")
        }
        guard let taker else { throw Self.noFile }
        return try await Self.registrations.runIfActive {
            try visit.trail.change(form.action, of: visit.question.subject(of: form.path)) {
                try taker.finish()
            }
        }
    }

    private static func events(
        _ piece: ByteBuffer, _ reader: inout MultipartReader
    ) throws(Problem) -> [MultipartReader.Event] {
        do {
            return try reader.read(piece.readableBytesView)
        } catch {
            throw switch error {
            case .broken: Problem(400, "invalid", "The form cannot be read.")
            case .longField:
                Problem(
                    413, "too-large",
                    "A field has \(MultipartReader.longestField) bytes at most.")
            }
        }
    }

    /// The fields before the file show where the form is from, before anything of the file is kept.
    private func begin(
        _ form: FileForm, _ visit: Visit, _ sent: FileFields, isFirst: Bool
    ) async throws -> any FileTaker {
        guard isFirst else { throw Problem(400, "invalid", "Send one file.") }
        guard Store.areSame(sent["token"], visit.session.formToken) else { throw SentForm.foreign }
        guard !sent.fileName.isEmpty else { throw Self.noFile }
        let limit = uploadLimitBytes
        return try await NIOThreadPool.singleton.runIfActive {
            try form.begin(visit, sent, limit)
        }
    }

    private static let noFile = Problem(400, "empty", "Choose a file.")
}
