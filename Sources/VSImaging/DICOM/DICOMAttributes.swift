import CDICOM
import Foundation

/// The attributes of one DICOM file, without its pixels, by DCMTK; open as long as this lives.
final class DICOMAttributes {
    private let file: OpaquePointer

    /// The UID of the transfer syntax.
    let transferSyntax: String
    /// Whether the pixels were compressed with loss, by the syntax or by what the file says.
    var isLossy: Bool {
        vsdb_dicom_is_lossy(file) != 0 || text(DICOMTag.lossy) == "01"
    }

    /// Opens a file.
    ///
    /// - Throws: ``ImagingError`` named `subject`; `malformed` for a file that is no DICOM.
    init(_ path: String, subject: String) throws(ImagingError) {
        guard Self.isPlausible(path) else {
            throw DICOMFault(VSDB_DICOM_NO_DICOM, "").error(subject)
        }
        var found: OpaquePointer?
        let (status, reason) = Self.call { vsdb_dicom_open(path, &found, $0, $1) }
        guard status == VSDB_DICOM_OK, let found else {
            throw DICOMFault(Int(status), reason).error(subject)
        }
        file = found
        transferSyntax = String(cString: vsdb_dicom_transfer_syntax(found))
    }

    deinit { vsdb_dicom_close(file) }

    /// Calls a function of CDICOM with room for its reason.
    static func call(
        _ body: (UnsafeMutablePointer<CChar>?, Int) -> Int32
    ) -> (status: Int, reason: String) {
        var buffer = [CChar](repeating: 0, count: 256)
        let status = buffer.withUnsafeMutableBufferPointer { body($0.baseAddress, $0.count) }
        let end = buffer.firstIndex(of: 0) ?? 0
        let bytes = buffer[..<end].map { UInt8(bitPattern: $0) }
        return (Int(status), String(decoding: bytes, as: UTF8.self))
    }

    /// Whether a file begins as a DICOM file does: with the word DICM after 128 bytes, or, as very
    /// old ones, with an element of group 2 or 8 in either byte order.
    ///
    /// DCMTK itself takes any bytes for a data set without a header.
    static func isPlausible(_ path: String) -> Bool {
        guard let handle = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? handle.close() }
        guard let start = try? handle.read(upToCount: 132), start.count >= 8 else { return false }
        if start.count == 132, start[128...] == Data("DICM".utf8) { return true }
        let group = [start[0], start[1]]
        return [[2, 0], [0, 2], [8, 0], [0, 8]].contains(group)
    }

    /// The text of an attribute; nil where it is absent or empty.
    ///
    /// Several values have a backslash between. `steps` lead into sequences: tag and item.
    func text(_ tag: UInt32, in steps: [(sequence: UInt32, item: Int)] = []) -> String? {
        let path = steps.map { vsdb_dicom_step(sequence: $0.sequence, item: UInt32($0.item)) }
        var buffer = [CChar](repeating: 0, count: 4096)
        let length = vsdb_dicom_text(file, path, path.count, tag, &buffer, buffer.count)
        guard length > 0 else { return nil }
        let bytes = buffer[..<length].map { UInt8(bitPattern: $0) }
        let text = String(decoding: bytes, as: UTF8.self)
            .trimmingCharacters(in: CharacterSet(charactersIn: " \0\n\r\t"))
        return text.isEmpty ? nil : text
    }

    /// The values of a text attribute.
    func words(_ tag: UInt32, in steps: [(sequence: UInt32, item: Int)] = []) -> [String] {
        (text(tag, in: steps) ?? "").split(separator: "\\", omittingEmptySubsequences: false)
            .map { $0.trimmingCharacters(in: .whitespaces) }
    }

    /// The values of a numeric attribute; none where one of them is no finite number.
    func numbers(_ tag: UInt32, in steps: [(sequence: UInt32, item: Int)] = []) -> [Double] {
        let words = words(tag, in: steps)
        let values = words.compactMap { Double($0) }.filter(\.isFinite)
        return values.count == words.count ? values : []
    }

    /// The first value of a whole-number attribute.
    func integer(_ tag: UInt32) -> Int? {
        words(tag).first.flatMap { Int($0) }
    }

    /// How many items a sequence has, which may lie in others.
    func count(_ sequence: UInt32, in steps: [(sequence: UInt32, item: Int)] = []) -> Int {
        let path = steps.map { vsdb_dicom_step(sequence: $0.sequence, item: UInt32($0.item)) }
        return vsdb_dicom_items(file, path, path.count, sequence)
    }

    /// The text of an attribute however long, up to 64 MiB; nil where it is absent, empty or longer.
    func longText(_ tag: UInt32, in steps: [(sequence: UInt32, item: Int)]) -> String? {
        let path = steps.map { vsdb_dicom_step(sequence: $0.sequence, item: UInt32($0.item)) }
        var size = 1 << 14
        while size <= 1 << 26 {
            var buffer = [CChar](repeating: 0, count: size)
            let length = vsdb_dicom_text(file, path, path.count, tag, &buffer, buffer.count)
            guard length > 0 else { return nil }
            // A text that fills the buffer was cut.
            if length < size - 1 {
                return String(
                    decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
            }
            size *= 4
        }
        return nil
    }
}
