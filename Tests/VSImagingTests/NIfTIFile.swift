import Foundation

/// A NIfTI file built byte by byte, apart from the code under test.
///
/// By default a NIfTI-1 single file, little endian, float32, with an sform of 1 mm RAS steps.
struct NIfTIFile {
    var version = 1
    var isBigEndian = false
    var isPair = false
    /// dim[1...]; dim[0] is their number.
    var dims = [4, 3, 2]
    var type = VoxelType.float32
    /// datatype and bitpix where they are to differ from `type`.
    var datatype: Int?
    var bitpix: Int?
    /// pixdim[0...3].
    var pixdim: [Double] = [1, 1, 1, 1]
    var slope = 1.0
    var inter = 0.0
    var units = 2
    var qformCode = 0
    var sformCode = 1
    /// quatern b, c, d and the offsets x, y, z.
    var quaternion: [Double] = [0, 0, 0, 0, 0, 0]
    /// Three rows of four, RAS.
    var sform: [[Double]] = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]
    var magic: String?
    /// Where the voxels start; the end of the header and its four bytes by default.
    var voxelOffset: Double?
    /// The voxels as stored, i fastest; counts up from 0 by default.
    var values: [Double]?

    /// What the voxels default to, and how many there are.
    var storedValues: [Double] { values ?? (0..<dims.reduce(1, *)).map(Double.init) }

    var headerLength: Int { version == 1 ? 348 : 540 }

    var header: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: headerLength)
        func put(_ new: [UInt8], _ offset: Int) {
            bytes.replaceSubrange(offset..<offset + new.count, with: new)
        }
        func int(_ value: Int, _ size: Int) -> [UInt8] {
            let little = (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
            return isBigEndian ? little.reversed() : little
        }
        func real(_ value: Double) -> [UInt8] {
            version == 1
                ? int(Int(Float(value).bitPattern), 4)
                : int(Int(bitPattern: UInt(value.bitPattern)), 8)
        }
        let isFirst = version == 1
        put(int(headerLength, 4), 0)
        let dim = [dims.count] + dims + Array(repeating: 1, count: 7 - dims.count)
        for (n, value) in dim.enumerated() {
            put(int(value, isFirst ? 2 : 8), isFirst ? 40 + 2 * n : 16 + 8 * n)
        }
        put(int(datatype ?? type.rawValue, 2), isFirst ? 70 : 12)
        put(int(bitpix ?? type.size * 8, 2), isFirst ? 72 : 14)
        for (n, value) in pixdim.enumerated() {
            put(real(value), isFirst ? 76 + 4 * n : 104 + 8 * n)
        }
        let offset = voxelOffset ?? (isPair ? 0 : Double(headerLength + 4))
        put(isFirst ? real(offset) : int(Int(offset), 8), isFirst ? 108 : 168)
        put(real(slope), isFirst ? 112 : 176)
        put(real(inter), isFirst ? 116 : 184)
        put(int(units, isFirst ? 1 : 4), isFirst ? 123 : 500)
        put(int(qformCode, isFirst ? 2 : 4), isFirst ? 252 : 344)
        put(int(sformCode, isFirst ? 2 : 4), isFirst ? 254 : 348)
        for (n, value) in quaternion.enumerated() {
            put(real(value), isFirst ? 256 + 4 * n : 352 + 8 * n)
        }
        for (n, value) in sform.joined().enumerated() {
            put(real(value), isFirst ? 280 + 4 * n : 400 + 8 * n)
        }
        let text = magic ?? "n\(isPair ? "i" : "+")\(version)"
        put(Array(text.utf8) + [0] + (isFirst ? [] : [13, 10, 26, 10]), isFirst ? 344 : 4)
        return bytes
    }

    var voxels: [UInt8] { storedValues.flatMap { type.bytes($0, isBigEndian: isBigEndian) } }

    /// The bytes of a single file.
    var bytes: [UInt8] {
        let gap = Int(voxelOffset ?? Double(headerLength + 4)) - headerLength
        return header + [UInt8](repeating: 0, count: max(0, gap)) + voxels
    }

    /// Writes a single file; a name that ends in .gz is compressed.
    func write(to path: String) throws {
        try Data(path.hasSuffix(".gz") ? gzip(bytes) : bytes).write(to: URL(filePath: path))
    }

    /// Writes `stem`.hdr and `stem`.img, each with `.gz` where asked.
    func writePair(_ stem: String, isCompressed: Bool = false) throws {
        for (name, bytes) in [(".hdr", header), (".img", voxels)] {
            let path = stem + name + (isCompressed ? ".gz" : "")
            try Data(isCompressed ? gzip(bytes) : bytes).write(to: URL(filePath: path))
        }
    }
}

/// The scalar types with their codes.
enum VoxelType: Int, CaseIterable {
    case uint8 = 2
    case int16 = 4
    case int32 = 8
    case float32 = 16
    case float64 = 64
    case int8 = 256
    case uint16 = 512
    case uint32 = 768
    case int64 = 1024
    case uint64 = 1280

    var size: Int {
        switch self {
        case .uint8, .int8: 1
        case .int16, .uint16: 2
        case .int32, .uint32, .float32: 4
        case .int64, .uint64, .float64: 8
        }
    }

    /// The smallest and largest values that a Double holds exactly.
    var extremes: [Double] {
        switch self {
        case .uint8: [0, 255]
        case .int8: [-128, 127]
        case .int16: [-32768, 32767]
        case .uint16: [0, 65535]
        case .int32: [-2_147_483_648, 2_147_483_647]
        case .uint32: [0, 4_294_967_295]
        case .int64: [-9_007_199_254_740_991, 9_007_199_254_740_991]
        case .uint64: [0, 9_007_199_254_740_991]
        case .float32: [-1.5e30, 2.25e-30]
        case .float64: [-1.5e30, 0.1]
        }
    }

    func bytes(_ value: Double, isBigEndian: Bool) -> [UInt8] {
        let bits: UInt64 =
            switch self {
            case .float32: UInt64(Float(value).bitPattern)
            case .float64: value.bitPattern
            case .uint64: UInt64(value)
            default: UInt64(bitPattern: Int64(value))
            }
        let little = (0..<size).map { UInt8(truncatingIfNeeded: bits >> UInt64(8 * $0)) }
        return isBigEndian ? little.reversed() : little
    }
}

/// The bytes as a gzip file of stored blocks.
func gzip(_ bytes: [UInt8]) -> [UInt8] {
    func little(_ value: Int, _ size: Int) -> [UInt8] {
        (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    var result: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
    var start = 0
    repeat {
        let end = min(start + 65535, bytes.count)
        result += [end == bytes.count ? 1 : 0] + little(end - start, 2)
        result += little(~(end - start), 2) + bytes[start..<end]
        start = end
    } while start < bytes.count
    var check: UInt32 = .max
    for byte in bytes {
        check ^= UInt32(byte)
        for _ in 0..<8 { check = check & 1 == 1 ? check >> 1 ^ 0xEDB8_8320 : check >> 1 }
    }
    return result + little(Int(~check), 4) + little(bytes.count, 4)
}
