import CZstd
import Foundation
import Synchronization
import VSImaging

/// The bytes of a volume's file: a line that names the form, a line of JSON, the voxels compressed.
///
/// Form 2 packs by Zstandard; form 1, by zlib, was written by the first programs and is read.
enum VolumeFile {
    private static let first = Data("vsdb-volume-1\n".utf8)
    private static let magic = Data("vsdb-volume-2\n".utf8)
    /// As large as any scan that is read.
    private static let largestVoxelCount = ScanReader.largestVoxelCount

    private struct Head: Codable {
        var shape: GridShape
        var affine: Affine
        var type: String
    }

    /// Whole numbers are kept as int16, all else as float32.
    ///
    /// - Throws: ``StoreError`` where memory is short.
    static func encode(_ volume: Volume) throws -> Data {
        let small = whole(volume.voxels)
        let head = Head(
            shape: volume.shape, affine: volume.affine, type: small == nil ? "float32" : "int16")
        let body =
            try small?.withUnsafeBytes(pack) ?? volume.voxels.withUnsafeBytes(pack)
        return magic + (try JSONEncoder().encode(head)) + Data("\n".utf8) + body
    }

    /// A volume read back; nil where the bytes are damaged.
    static func decode(_ data: Data) -> Volume? {
        let isFirst = data.starts(with: first)
        guard isFirst || data.starts(with: magic),
            let end = data[(data.startIndex + magic.count)...].firstIndex(of: 0x0A),
            let head = try? JSONDecoder().decode(
                Head.self, from: data[(data.startIndex + magic.count)..<end])
        else { return nil }
        let body = Data(data[(end + 1)...])
        guard let size = ["int16": 2, "float32": 4][head.type], let count = count(of: head.shape)
        else { return nil }
        // zlib reaches 1032 to 1; a frame of Zstandard says itself how much it holds.
        guard !isFirst || count <= (body.count + 1) * 1032 / size,
            let bytes = isFirst
                ? Compression.inflate(body, count: count * size) : unpack(body, count * size)
        else { return nil }
        let voxels = bytes.withUnsafeBytes { raw in
            size == 2
                ? raw.bindMemory(to: Int16.self).map { Float(Int16(littleEndian: $0)) }
                : Array(raw.bindMemory(to: Float.self))
        }
        return Volume(shape: head.shape, affine: head.affine, voxels: voxels)
    }

    /// The voxels as int16 where each comes back from it bit for bit; nil where one does not.
    private static func whole(_ voxels: [Float]) -> [Int16]? {
        let isWhole = Mutex(true)
        let result = [Int16](count: voxels.count) { range, part in
            var differ: UInt32 = 0
            voxels.withUnsafeBufferPointer { voxels in
                for (place, value) in voxels[range].enumerated() {
                    // False for what is not a number, too.
                    let isSmall = abs(value) <= 32767
                    let small = Int16(isSmall ? value : 0)
                    // Not -0, whose bits would not come back.
                    differ |= Float(small).bitPattern ^ value.bitPattern
                    part[place] = small.littleEndian
                }
            }
            if differ != 0 { isWhole.withLock { $0 = false } }
        }
        return isWhole.withLock { $0 } ? result : nil
    }

    /// The number of voxels of a shape read from a file; nil where it has none or too many.
    private static func count(of shape: GridShape) -> Int? {
        var count = 1
        for side in [shape.depth, shape.height, shape.width] {
            let (product, isTooLarge) = count.multipliedReportingOverflow(by: side)
            guard side > 0, !isTooLarge, product <= largestVoxelCount else { return nil }
            count = product
        }
        return count
    }

    private static func pack(_ bytes: UnsafeRawBufferPointer) throws -> Data {
        guard let context = ZSTD_createCCtx() else {
            throw Compression.shortOfMemory(bytes.count)
        }
        defer { ZSTD_freeCCtx(context) }
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, 1)
        // Refused, and one thread taken, where the library was built without threads.
        ZSTD_CCtx_setParameter(
            context, ZSTD_c_nbWorkers, Int32(ProcessInfo.processInfo.activeProcessorCount))
        var output = Data(count: ZSTD_compressBound(bytes.count))
        let size = output.withUnsafeMutableBytes {
            ZSTD_compress2(context, $0.baseAddress, $0.count, bytes.baseAddress, bytes.count)
        }
        guard ZSTD_isError(size) == 0 else { throw Compression.shortOfMemory(bytes.count) }
        return output.prefix(size)
    }

    /// Exactly `count` bytes; nil where the frame is damaged or holds another number.
    private static func unpack(_ data: Data, _ count: Int) -> Data? {
        data.withUnsafeBytes { source in
            guard ZSTD_getFrameContentSize(source.baseAddress, source.count) == UInt64(count)
            else { return nil }
            var output = Data(count: count)
            let size = output.withUnsafeMutableBytes {
                ZSTD_decompress($0.baseAddress, $0.count, source.baseAddress, source.count)
            }
            return size == count ? output : nil
        }
    }
}
