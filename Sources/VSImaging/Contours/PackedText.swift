import CZlib
public import Foundation

/// Text files, compressed by gzip or not.
public enum PackedText {
    /// Files that unpack to more than this are refused.
    public static let largestByteCount = 1 << 28

    /// Reads a file and unpacks it where it is gzip.
    ///
    /// - Throws: ``ImagingError`` where it is missing, damaged, or unpacks to more than
    ///   ``largestByteCount`` bytes.
    public static func data(_ path: String) throws(ImagingError) -> Data {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw ImagingError(
                .missing, subject: path, message: "There is no such file.",
                remedy: "Check the path.")
        }
        guard !isFolder.boolValue, let file = gzopen(path, "rb") else {
            throw ImagingError(
                .unreadable, subject: path, message: "It cannot be read.",
                remedy: "Check the path and its permissions.")
        }
        defer { gzclose(file) }
        var result = Data()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let got = gzread(file, &buffer, UInt32(buffer.count))
            guard got >= 0 else {
                throw ImagingError(
                    .truncated, subject: path, message: "It cannot be unpacked to its end.",
                    remedy: "Copy the file again.")
            }
            if got == 0 { return result }
            result.append(contentsOf: buffer.prefix(Int(got)))
            guard result.count <= largestByteCount else {
                throw ImagingError(
                    .tooLarge, subject: path,
                    message: "It unpacks to more than \(largestByteCount >> 20) MiB.",
                    remedy: "Give a file of outlines.")
            }
        }
    }
}
