import Foundation

/// The files that a path stands for: a folder with all below it, one file, a media directory, or a
/// zip archive, which is unpacked to a private folder that goes with this value.
final class StudyFiles: Sendable {
    struct File: Sendable {
        /// On disk.
        let path: String
        /// As the user knows it.
        let name: String
    }

    /// All files, by name.
    let files: [File]
    /// Whether each file was named as an image, so that one that is none is an error.
    let isEveryFileMeant: Bool
    private let unpacked: UnpackedArchive?

    static let zipStart = Data([0x50, 0x4B, 0x03, 0x04])
    static let gzipStart = Data([0x1F, 0x8B])

    /// More files than this are no study.
    private static let mostFiles = 100_000

    /// Finds the files.
    ///
    /// - Throws: ``ImagingError`` where the path, the directory or the archive cannot be read.
    init(_ path: String) throws(ImagingError) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw ImagingError(
                .missing, subject: path, message: "There is no such file.",
                remedy: "Check the path."
            )
        }
        if isFolder.boolValue {
            files = try Self.walk(path)
            isEveryFileMeant = false
            unpacked = nil
        } else if Self.start(path, 4) == Self.zipStart {
            let archive = try UnpackedArchive(path)
            files = archive.files
            isEveryFileMeant = false
            unpacked = archive
        } else if Self.start(path, 2) == Self.gzipStart {
            throw ImagingError(
                .unsupported, subject: path, message: "It is compressed with gzip.",
                remedy: "Unpack it with 'gunzip' first; zip archives are read as they are.")
        } else {
            let directory = try DICOMDirectory(path)
            files = directory.map(\.files) ?? [File(path: path, name: path)]
            isEveryFileMeant = true
            unpacked = nil
        }
    }

    static func start(_ path: String, _ count: Int) -> Data? {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        return try? handle.read(upToCount: count)
    }

    /// The files below a folder, but hidden ones; links to folders are not followed.
    private static func walk(_ folder: String) throws(ImagingError) -> [File] {
        let root = URL(fileURLWithPath: folder).resolvingSymlinksInPath()
        let found = FileManager.default.enumerator(
            at: root, includingPropertiesForKeys: [.isRegularFileKey], options: [.skipsHiddenFiles])
        guard let found else {
            throw ImagingError(
                .unreadable, subject: folder, message: "It cannot be read.",
                remedy: "Check its permissions.")
        }
        var files: [File] = []
        for case let url as URL in found {
            let target = url.resolvingSymlinksInPath()
            guard (try? target.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true
            else { continue }
            let name = folder + url.path.dropFirst(root.path.count)
            files.append(File(path: target.path, name: name))
            guard files.count <= mostFiles else {
                throw ImagingError(
                    .tooLarge, subject: folder,
                    message: "It holds more than \(mostFiles) files.",
                    remedy: "Give the folder of one study.")
            }
        }
        return files.sorted { $0.name < $1.name }
    }
}
