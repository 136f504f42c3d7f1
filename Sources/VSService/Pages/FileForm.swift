import Foundation
import VSGrowth
import VSImaging
import VSSegmentation
import VSStore
import VSSurveillance

/// What takes a form's file as it comes.
protocol FileTaker: Sendable {
    /// Takes the next bytes.
    func append(_ piece: UnsafeRawBufferPointer) throws
    /// Does what the form asks, when all has come, and says which page shows it.
    func finish() throws -> String
}

/// The fields of a form before its file.
struct FileFields: Sendable {
    let fields: [String: String]
    /// The file's name at its sender.
    let fileName: String

    /// A field; empty where it is missing.
    subscript(_ name: String) -> String { fields[name] ?? "" }

    /// The side that was chosen; nil for none.
    func side() throws(Problem) -> Side? {
        guard !self["side"].isEmpty else { return nil }
        guard let side = Side(rawValue: self["side"]) else {
            throw Problem(400, "invalid", "The side is left, right, or left open.")
        }
        return side
    }
}

/// One address that takes a form with a file.
struct FileForm: Sendable {
    /// With names in braces.
    let path: String
    /// What the audit says was done.
    let action: String
    /// Who may send it.
    let isFor: @Sendable (Role) -> Bool
    /// The page with the form.
    let page: @Sendable (Visit) -> String
    /// Begins to take a file.
    let begin: @Sendable (Visit, FileFields, _ limitBytes: Int) throws -> any FileTaker
}

extension FileForm {
    static let all = [
        FileForm(
            path: "/upload", action: "hand in scan", isFor: { $0.mayReview },
            page: { _ in "/upload" }
        ) { visit, fields, limit in
            try SentScan(visit, fields, limitBytes: limit)
        },
        FileForm(
            path: "/scans/{scan}/outline", action: "send outline", isFor: { $0.mayReview },
            page: { "/scans/\($0.question.text("scan"))" }
        ) { visit, fields, limit in
            try SentOutline(visit, fields, limitBytes: limit)
        },
    ]
}

/// A scan that a page hands in.
private struct SentScan: FileTaker {
    private let upload: ScanUpload
    private let today: ExamDate

    init(_ visit: Visit, _ fields: FileFields, limitBytes: Int) throws {
        var request = UploadRequest(patient: fields["patient"], side: try fields.side())
        if !fields["date"].isEmpty {
            guard let day = ExamDate(iso: fields["date"]) else {
                throw Problem(400, "invalid", "The day is a date, such as 2024-03-05.")
            }
            request.date = day
        }
        if !fields["sequence"].isEmpty { request.sequence = fields["sequence"] }
        request.name = fields.fileName
        request.origin = "page"
        today = visit.question.today
        upload = try ScanUpload(
            request, visit.question.surveillance, today: today, limitBytes: limitBytes)
    }

    func append(_ piece: UnsafeRawBufferPointer) throws { try upload.append(piece) }

    func finish() throws -> String {
        guard upload.bytes > 0 else { throw Problem(400, "empty", "The file is empty.") }
        return "/scans/\(try upload.register(today: today).scan)"
    }
}

/// A reader's own outline.
private struct SentOutline: FileTaker {
    private let file: IncomingFile
    private let scan: Int64
    private let side: Side?
    private let reader: String
    private let surveillance: Surveillance
    private let name: String

    init(_ visit: Visit, _ fields: FileFields, limitBytes: Int) throws {
        scan = try visit.question.number("scan")
        side = try fields.side()
        reader = visit.session.user
        surveillance = visit.question.surveillance
        _ = try surveillance.store.scan(scan)
        let isNamed = fields.fileName.hasSuffix(".nii") || fields.fileName.hasSuffix(".nii.gz")
        guard isNamed, !fields.fileName.contains("/"), !fields.fileName.hasPrefix("."),
            fields.fileName.utf8.count <= 200
        else {
            throw Problem(
                400, "invalid", "An outline is a NIfTI file; its name ends in .nii or .nii.gz.")
        }
        name = fields.fileName
        file = try IncomingFile(
            in: surveillance.store.location, owner: WorkerName().text, limitBytes: limitBytes)
    }

    func append(_ piece: UnsafeRawBufferPointer) throws { try file.append(piece) }

    func finish() throws -> String {
        defer { file.remove() }
        guard file.bytes > 0 else { throw Problem(400, "empty", "The file is empty.") }
        try file.setName(name)
        do {
            try surveillance.review(
                scan: scan, .outline(file: file.path, side: side), reader: reader)
        } catch let error as ImagingError {
            throw ImagingError(
                error.code, subject: name, message: plain(error.message),
                remedy: plain(error.remedy))
        } catch let error as StoreError {
            throw StoreError(
                error.code, subject: plain(error.subject), message: plain(error.message),
                remedy: plain(error.remedy))
        }
        return "/scans/\(scan)"
    }

    /// The folder in which the file lies here is no business of its sender.
    private func plain(_ text: String) -> String {
        text.replacing(file.folder + "/", with: "")
    }
}
