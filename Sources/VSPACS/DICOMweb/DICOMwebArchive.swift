import Foundation
import NIOHTTP1
import VSStore

/// A study that an archive lists.
public struct ListedStudy: Sendable, Hashable {
    /// StudyInstanceUID.
    public let uid: String
    /// PatientID.
    public let patient: String
    /// StudyDate, YYYY-MM-DD; empty where it is not known.
    public let date: String
    /// ModalitiesInStudy.
    public let modalities: [String]
    /// StudyDescription.
    public let description: String
    /// How many series it has; nil where the archive does not say.
    public let series: Int?
    /// How many images it has; nil where the archive does not say.
    public let images: Int?
}

/// An archive that is asked by hand over DICOMweb (PS3.18: QIDO-RS and WADO-RS).
public struct DICOMwebArchive: Sendable {
    let address: ArchiveAddress

    /// An archive; the address is that of its DICOMweb service, such as `http://host:8042/dicom-web`.
    public init(_ address: ArchiveAddress) { self.address = address }

    private static let json = "application/dicom+json"

    /// The studies of a patient, by date.
    ///
    /// - Parameter patient: the identifier, letter for letter.
    /// - Returns: the studies whose PatientID is exactly that.
    /// - Throws: `PACSError` where the archive does not answer; `StoreError` for no identifier.
    public func studies(ofPatient patient: String) async throws -> [ListedStudy] {
        try Store.checkIdentifier(patient)
        guard !patient.contains("\\") else {
            throw PACSError(
                .refused, subject: patient,
                message: "DICOM separates values with a backslash, so that no PatientID holds one.",
                remedy: "Give the identifier as the archive shows it.")
        }
        // A pattern matches more, and some archives match whatever the case: another patient is not
        // this one.
        return try await search(patient: Self.pattern(patient))
            .filter { $0.patient == patient }
    }

    /// What an archive is asked for.
    ///
    /// Nothing tells it which character set a query is in, and Orthanc's
    /// DICOMweb does not take escaped characters for what they are: so wildcards stand for all but
    /// letters and digits of ASCII.
    private static func pattern(_ patient: String) -> String {
        patient.replacing(/[^\x00-\x7F]+/, with: "*").replacing(/[^A-Za-z0-9\-._~*]/, with: "?")
    }

    private func search(patient pattern: String) async throws -> [ListedStudy] {
        let fields = ["00081030", "00080061", "00201206", "00201208"]
        let query = [("PatientID", pattern)] + fields.map { ("includefield", $0) }
        let found: [DICOMwebAnswer] = try await ArchiveClient.use(address) { client in
            try await client.list("/studies", query: query, accept: Self.json)
        }
        return found.compactMap { study in
            guard let uid = study.text("0020000D"), Self.isUid(uid) else { return nil }
            let day = study.text("00080020") ?? ""
            return ListedStudy(
                uid: uid, patient: study.text("00100020") ?? "",
                date: day.count == 8
                    ? "\(day.prefix(4))-\(day.dropFirst(4).prefix(2))-\(day.suffix(2))" : "",
                modalities: study.values("00080061"), description: study.text("00081030") ?? "",
                series: study.text("00201206").flatMap { Int($0) },
                images: study.text("00201208").flatMap { Int($0) })
        }.sorted { ($0.date, $0.uid) < ($1.date, $1.uid) }
    }

    /// Fetches the MR series of a study.
    ///
    /// - Parameters:
    ///   - study: its UID.
    ///   - progress: told the fraction of the series that is done.
    /// - Returns: a folder with the images, which goes with the value.
    /// - Throws: ``PACSError`` where it has no MR series, or the archive does not give them.
    func fetch(
        _ study: String, progress: @Sendable (Double) -> Void
    ) async throws -> PrivateFolder {
        let folder = try PrivateFolder()
        try await ArchiveClient.use(address) { client in
            let all: [DICOMwebAnswer] = try await client.list(
                "/studies/\(study)/series", query: [], accept: Self.json)
            let series = all.filter { $0.text("00080060") == "MR" }.compactMap {
                $0.text("0020000E")
            }.filter(Self.isUid)
            guard !series.isEmpty else {
                throw PACSError(
                    .missing, subject: "study \(study)", message: "It holds no MR series.",
                    remedy: "Give another study; 'vsdb pacs find' lists those of a patient.")
            }
            for (number, uid) in series.enumerated() {
                progress(Double(number) / Double(series.count))
                try await Self.fetch(
                    client, "/studies/\(study)/series/\(uid)", to: folder, prefix: "\(number)-")
            }
        }
        return folder
    }

    private static func fetch(
        _ client: ArchiveClient, _ path: String, to folder: PrivateFolder, prefix: String
    ) async throws {
        var files: MultipartFiles?
        try await client.stream(
            .GET, path,
            // As they are stored: the reader knows more syntaxes than the archive may transcode.
            accept: "multipart/related; type=\"application/dicom\"; transfer-syntax=*",
            begin: {
                files = try MultipartFiles(
                    contentType: $0, folder: folder, prefix: prefix, subject: client.address.text)
            }, block: { try files?.add($0) })
        try files?.finish()
    }

    /// Whether a text may be a UID (PS3.5, 9), and so a part of an address.
    public static func isUid(_ text: String) -> Bool {
        text.count <= 64 && text.wholeMatch(of: /[0-2](\.\d+)+/) != nil
    }
}

extension ArchiveClient {
    /// The matches of a search; none where the archive answers without content.
    fileprivate func list(
        _ path: String, query: [(name: String, value: String)], accept: String
    ) async throws -> [DICOMwebAnswer] {
        let data = try await data(.GET, path, query: query, accept: accept)
        guard !data.isEmpty else { return [] }
        return try decode(data)
    }
}
