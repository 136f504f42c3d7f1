import Foundation

/// A media directory (DICOMDIR): the images it lists, beside it and below.
struct DICOMDirectory {
    private static let sopClass = "1.2.840.10008.1.3.10"

    /// The images.
    let files: [StudyFiles.File]

    /// Whether a file is a directory, by what it holds or else by its name.
    static func isDirectory(_ file: DICOMAttributes, _ path: String) -> Bool {
        file.count(DICOMTag.directoryRecords) > 0 || file.text(0x0004_1130) != nil
            || (path as NSString).lastPathComponent.uppercased().hasPrefix("DICOMDIR")
    }

    /// Reads a directory; nil where the file is none, or no DICOM at all.
    ///
    /// - Throws: ``ImagingError`` where it lists no image, or one that is not there.
    init?(_ path: String) throws(ImagingError) {
        guard DICOMAttributes.isPlausible(path),
            let file = try? DICOMAttributes(path, subject: path),
            Self.isDirectory(file, path)
        else { return nil }
        let folder = (path as NSString).deletingLastPathComponent
        var files: [StudyFiles.File] = []
        var missing: [String] = []
        for item in 0..<file.count(DICOMTag.directoryRecords) {
            let record = [(sequence: DICOMTag.directoryRecords, item: item)]
            guard file.text(DICOMTag.recordType, in: record) == "IMAGE" else { continue }
            let parts = file.words(DICOMTag.referencedFile, in: record)
            let name = parts.joined(separator: "/")
            guard !parts.isEmpty, parts.allSatisfy(Self.isPlain) else {
                throw ImagingError(
                    .malformed, subject: path,
                    message: "It names a file outside its own folder.",
                    remedy: "Give the study's folder instead.")
            }
            if let found = Self.find(parts, in: folder) {
                files.append(.init(path: found, name: found))
            } else {
                missing.append(name)
            }
        }
        guard !files.isEmpty || !missing.isEmpty else {
            throw ImagingError(
                .unsupported, subject: path, message: "It is a media directory without images.",
                remedy: "Give the study's folder instead.")
        }
        guard missing.isEmpty else {
            throw ImagingError(
                .missing, subject: path,
                message: "\(missing.count) of the \(missing.count + files.count) images it lists "
                    + "are missing, the first is \(missing[0]).",
                remedy: "Copy the whole medium, or give the study's folder instead.")
        }
        self.files = files
    }

    /// A file name's part that leads nowhere else.
    private static func isPlain(_ part: String) -> Bool {
        !part.isEmpty && part != "." && part != ".." && !part.contains("/") && !part.contains("\0")
    }

    /// The file, also where a copy turned its name into small letters.
    private static func find(_ parts: [String], in folder: String) -> String? {
        [parts, parts.map { $0.lowercased() }].map {
            ([folder.isEmpty ? "." : folder] + $0).joined(separator: "/")
        }.first { FileManager.default.fileExists(atPath: $0) }
    }
}
