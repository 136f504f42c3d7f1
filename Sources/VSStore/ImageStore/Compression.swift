import CZlib
import Foundation

/// zlib at a level that favours speed.
enum Compression {
    /// Compresses bytes; they carry no length of their own.
    ///
    /// - Throws: ``StoreError`` where memory is short, which is all that can go wrong.
    static func deflate(_ bytes: UnsafeRawBufferPointer) throws -> Data {
        var size = compressBound(UInt(bytes.count))
        var output = Data(count: Int(size))
        let status = output.withUnsafeMutableBytes { (target: UnsafeMutableRawBufferPointer) in
            let source = bytes.bindMemory(to: UInt8.self).baseAddress
            return compress2(
                target.bindMemory(to: UInt8.self).baseAddress, &size, source, UInt(bytes.count), 3)
        }
        guard status == Z_OK else {
            throw shortOfMemory(bytes.count)
        }
        return output.prefix(Int(size))
    }

    static func shortOfMemory(_ count: Int) -> StoreError {
        StoreError(
            .full, subject: "\(count) bytes", message: "They could not be compressed.",
            remedy: "Free some memory and try again; nothing was changed.")
    }

    /// Restores exactly `count` bytes; nil where the data are damaged or of another length.
    static func inflate(_ data: Data, count: Int) -> Data? {
        var size = UInt(count)
        var output = Data(count: count)
        let status = output.withUnsafeMutableBytes { (target: UnsafeMutableRawBufferPointer) in
            data.withUnsafeBytes { (source: UnsafeRawBufferPointer) in
                uncompress(
                    target.bindMemory(to: UInt8.self).baseAddress, &size,
                    source.bindMemory(to: UInt8.self).baseAddress, UInt(data.count))
            }
        }
        return status == Z_OK && Int(size) == count ? output : nil
    }
}
