import CZip
import Foundation

/// A zip archive, unpacked by libzip into a folder of its own that is removed with this value.
///
/// The names inside never become paths: files are numbered, so an archive cannot write elsewhere.
package final class UnpackedArchive: Sendable {
    /// Entries at most.
    static let mostEntries = 50_000
    /// Bytes of all entries together at most, unpacked.
    package static let mostBytes = 4 << 30

    let files: [StudyFiles.File]
    private let folder: String

    /// Unpacks.
    ///
    /// - Parameters:
    ///   - path: the archive.
    ///   - limit: bytes of all entries together at most, unpacked.
    ///   - parent: the folder in which its own is made.
    /// - Throws: ``ImagingError`` where it is damaged or too large; then nothing is left.
    package init(
        _ path: String, limit: Int = UnpackedArchive.mostBytes,
        below parent: String = NSTemporaryDirectory()
    ) throws(ImagingError) {
        var template = Array((parent + "/vsdb-zip-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw Self.error(path, .unwritable, "No temporary folder can be made for it.")
        }
        let end = template.firstIndex(of: 0) ?? template.count
        let folder = String(
            decoding: template[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        self.folder = folder
        do throws(ImagingError) {
            files = try Self.unpack(path, to: folder, limit)
        } catch {
            try? FileManager.default.removeItem(atPath: folder)
            throw error
        }
    }

    /// How many entries an archive lists; nil where it is none, or lacks its end, where the list is.
    package static func entryCount(_ path: String) -> Int? {
        guard let archive = zip_open(path, ZIP_RDONLY, nil) else { return nil }
        defer { zip_discard(archive) }
        return Int(zip_get_num_entries(archive, 0))
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private static func error(
        _ path: String, _ code: ImagingError.Code, _ message: String,
        _ remedy: String = "Unpack it yourself, and give the folder."
    ) -> ImagingError {
        ImagingError(code, subject: path, message: message, remedy: remedy)
    }

    private static func unpack(
        _ path: String, to folder: String, _ limit: Int
    ) throws(ImagingError) -> [StudyFiles.File] {
        var code: Int32 = 0
        guard let archive = zip_open(path, ZIP_RDONLY, &code) else {
            throw error(path, .malformed, "It is a damaged zip archive.", "Copy it again.")
        }
        defer { zip_discard(archive) }
        let count = Int(zip_get_num_entries(archive, 0))
        guard count <= mostEntries else {
            throw error(
                path, .tooLarge, "It holds \(count) files; at most \(mostEntries) are read.")
        }
        var left = limit
        var files: [StudyFiles.File] = []
        for index in 0..<max(0, count) {
            let raw = zip_get_name(archive, UInt64(index), 0)
            let name = raw.map { String(cString: $0) } ?? "entry \(index)"
            if name.hasSuffix("/") { continue }
            let target = "\(folder)/\(index)"
            guard
                FileManager.default.createFile(
                    atPath: target, contents: nil, attributes: [.posixPermissions: 0o600]),
                let output = FileHandle(forWritingAtPath: target)
            else { throw error(path, .unwritable, "It cannot be unpacked to \(folder).") }
            defer { try? output.close() }
            try copy(archive, index, name: name, of: path, to: output, left: &left)
            files.append(.init(path: target, name: "\(path)/\(name)"))
        }
        return files.sorted { $0.name < $1.name }
    }

    /// Copies one entry, counting what is written and not what the archive claims.
    private static func copy(
        _ archive: OpaquePointer, _ index: Int, name: String, of path: String,
        to output: FileHandle, left: inout Int
    ) throws(ImagingError) {
        guard let entry = zip_fopen_index(archive, UInt64(index), 0) else {
            throw error(
                path, .unsupported, "Its entry \(name) is encrypted or packed in an unknown way.")
        }
        defer { zip_fclose(entry) }
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let got = Int(zip_fread(entry, &buffer, UInt64(buffer.count)))
            if got == 0 { return }
            guard got > 0 else {
                throw error(path, .malformed, "Its entry \(name) is damaged.", "Copy it again.")
            }
            left -= got
            guard left >= 0 else {
                throw error(path, .tooLarge, "It unpacks to more than 4 GB.")
            }
            do {
                try output.write(contentsOf: buffer[..<got])
            } catch {
                throw self.error(
                    path, .unwritable, "It cannot be unpacked to the temporary folder (\(error)).",
                    "Free some space.")
            }
        }
    }
}
