public import VSGrowth
import VSImaging
public import VSSegmentation
public import VSStore

/// What is said of a scan that comes in over the network.
public struct UploadRequest: Sendable, Hashable {
    /// The patient's identifier; made if new.
    public var patient: String
    /// The day of the exam; nil takes that of DICOM's tags.
    public var date: ExamDate?
    /// What the scan is; nil takes what DICOM's tags say, and "T2" for NIfTI.
    public var sequence: String?
    /// The tumour's side, where it is known.
    public var side: Side?
    /// The file's name at its sender, which the scan keeps; nil makes one by its first bytes.
    public var name: String?
    /// The SeriesInstanceUID to take; nil chooses.
    public var series: String?
    /// Whether the patient must be registered already.
    public var isStrict = false
    /// Whether a NIfTI file without orientation is taken as right-left, front-back, foot-head.
    public var assumesAxes = false
    /// How it came in; a job's cause.
    public var origin = "http"

    /// Makes a request.
    public init(
        patient: String, date: ExamDate? = nil, sequence: String? = nil, side: Side? = nil,
        name: String? = nil, series: String? = nil
    ) {
        self.patient = patient
        self.date = date
        self.sequence = sequence
        self.side = side
        self.name = name
        self.series = series
    }
}

/// A scan that comes in piece by piece: a NIfTI file, a DICOM file, or a zip archive of a study.
///
/// It is registered when all of it is there, its segmentation queued. Its file lies in a private folder
/// beside the database until then, and goes with this value, whatever happens.
public final class ScanUpload: Sendable {
    private let request: UploadRequest
    private let surveillance: Surveillance
    private let file: IncomingFile

    /// Begins an upload, after checking what is said of it.
    ///
    /// - Parameters:
    ///   - request: what is said of it.
    ///   - surveillance: the use cases that register.
    ///   - today: exams after this day are refused.
    ///   - limitBytes: bytes at most.
    /// - Throws: `StoreError` for a bad identifier, day or name, an unknown patient where the request
    ///   is strict, or a folder that cannot be written.
    public init(
        _ request: UploadRequest, _ surveillance: Surveillance, today: ExamDate, limitBytes: Int
    ) throws {
        try Store.checkIdentifier(request.patient)
        if let date = request.date { try surveillance.check(date, today: today) }
        if request.isStrict { _ = try surveillance.store.patient(request.patient) }
        if let name = request.name { try Self.check(name) }
        self.request = request
        self.surveillance = surveillance
        file = try IncomingFile(
            in: surveillance.store.location, owner: WorkerName().text, limitBytes: limitBytes)
    }

    /// Bytes that have come.
    public var bytes: Int { file.bytes }

    /// The SHA-256 of the bytes that have come, hexadecimal.
    public var sha256: String { file.sha256 }

    /// Adds a piece at the end.
    ///
    /// - Throws: `StoreError` beyond the limit, or where it cannot be written.
    public func append(_ piece: UnsafeRawBufferPointer) throws(StoreError) {
        try file.append(piece)
    }

    /// Registers what has come and queues its segmentation; the file is gone afterwards.
    ///
    /// The same scan again changes nothing, however its file was packed.
    /// - Parameter today: exams after this day are refused.
    /// - Returns: what was stored, or that the scan was known.
    /// - Throws: an error of the file, which it calls by its name, or of the store; then nothing was
    ///   stored.
    public func register(today: ExamDate) throws -> Registration {
        defer { file.remove() }
        try file.setName(request.name ?? Self.name(startingWith: file.start(132)))
        return try calledByName {
            if request.date == nil, !DICOMStudy.isDICOM(file.path) {
                throw StoreError(
                    .invalid, subject: "date", message: "A NIfTI file does not say its day.",
                    remedy: "Give the day of the exam as YYYY-MM-DD.")
            }
            var study = StudyRequest(
                path: file.path, patient: request.patient, date: request.date,
                sequence: request.sequence, side: request.side, series: request.series)
            study.isStrict = request.isStrict
            study.assumesAxes = request.assumesAxes
            study.isQueued = true
            study.origin = request.origin
            return try surveillance.register(study, today: today)
        }
    }

    /// Removes what uploads of processes that have ended left behind.
    public static func removeRemains(in store: Store) {
        IncomingFile.removeRemains(in: store.location, isGone: WorkerName.isGone)
    }

    /// The folder in which the file lies here is no business of its sender.
    private func calledByName<T>(_ body: () throws -> T) throws -> T {
        func plain(_ text: String) -> String { text.replacing(file.folder + "/", with: "") }
        do {
            return try body()
        } catch let error as ImagingError {
            throw ImagingError(
                error.code, subject: plain(error.subject), message: plain(error.message),
                remedy: plain(error.remedy))
        } catch let error as SegmentationError {
            throw SegmentationError(
                error.code, subject: plain(error.subject), message: plain(error.message),
                remedy: plain(error.remedy))
        } catch let error as StoreError {
            throw StoreError(
                error.code, subject: plain(error.subject), message: plain(error.message),
                remedy: plain(error.remedy))
        }
    }

    /// A name by which readers know the kind of a file, from its first 132 bytes.
    private static func name(startingWith bytes: [UInt8]) -> String {
        if bytes.starts(with: [0x50, 0x4B]) { return "scan.zip" }
        if bytes.starts(with: [0x1F, 0x8B]) { return "scan.nii.gz" }
        return bytes.dropFirst(128).elementsEqual("DICM".utf8) ? "scan.dcm" : "scan.nii"
    }

    private static func check(_ name: String) throws(StoreError) {
        let isPlain = name.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
        guard isPlain, !name.isEmpty, name.utf8.count <= 200, !name.contains("/"),
            !name.hasPrefix(".")
        else {
            throw StoreError(
                .invalid, subject: "name",
                message:
                    "A file's name has 1 to 200 bytes, no slash and no control characters, and "
                    + "begins with no dot.",
                remedy: "Give another, or none.")
        }
    }
}
