import Foundation

/// A folder for what is fetched, for the owner alone; it goes with this value.
package final class PrivateFolder: Sendable {
    package let path: String

    package init() throws(PACSError) {
        var template = Array((NSTemporaryDirectory() + "/vsdb-pacs-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw PACSError(
                .refused, subject: NSTemporaryDirectory(),
                message: "No folder can be made for what is fetched.",
                remedy: "Check its permissions and the free space, or set TMPDIR.")
        }
        let end = template.firstIndex(of: 0) ?? template.count
        path = String(decoding: template[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A new file in it, to be written.
    func create(_ name: String) throws(PACSError) -> FileHandle {
        let file = "\(path)/\(name)"
        guard
            FileManager.default.createFile(
                atPath: file, contents: nil, attributes: [.posixPermissions: 0o600]),
            let handle = FileHandle(forWritingAtPath: file)
        else { throw Self.full(path) }
        return handle
    }

    /// Writes, and says so where the disk is full.
    static func write(_ data: Data, to handle: FileHandle) throws(PACSError) {
        do {
            try handle.write(contentsOf: data)
        } catch {
            throw full(NSTemporaryDirectory())
        }
    }

    private static func full(_ path: String) -> PACSError {
        PACSError(
            .unavailable, subject: path, message: "What is fetched cannot be written here.",
            remedy: "Free some space, or set TMPDIR to another folder.")
    }
}
