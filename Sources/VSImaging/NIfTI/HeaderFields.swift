import Foundation

/// The raw fields of a NIfTI header, by version and byte order; nothing is checked here.
struct HeaderFields {
    private let bytes: [UInt8]
    private let isBigEndian: Bool
    private let version: Int

    init(_ data: Data, isBigEndian: Bool, version: Int) {
        bytes = [UInt8](data)
        self.isBigEndian = isBigEndian
        self.version = version
    }

    /// A signed integer of `size` bytes; zero past the end.
    func int(_ offset: Int, _ size: Int) -> Int {
        let raw = bits(offset, size)
        let shift = 64 - size * 8
        return Int(Int64(bitPattern: raw << UInt64(shift)) >> Int64(shift))
    }

    /// A float of 4 or 8 bytes.
    func float(_ offset: Int, _ size: Int) -> Double {
        size == 4
            ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits(offset, 4))))
            : Double(bitPattern: bits(offset, 8))
    }

    private func bits(_ offset: Int, _ size: Int) -> UInt64 {
        guard offset + size <= bytes.count else { return 0 }
        let part = bytes[offset..<offset + size]
        return (isBigEndian ? Array(part) : part.reversed()).reduce(0) { $0 << 8 | UInt64($1) }
    }

    private func floats(_ offset: Int, _ count: Int) -> [Double] {
        let size = version == 1 ? 4 : 8
        return (0..<count).map { float(offset + $0 * size, size) }
    }

    var dim: [Int] {
        version == 1 ? (0..<8).map { int(40 + 2 * $0, 2) } : (0..<8).map { int(16 + 8 * $0, 8) }
    }
    var datatype: Int { version == 1 ? int(70, 2) : int(12, 2) }
    var bitpix: Int { version == 1 ? int(72, 2) : int(14, 2) }
    var pixdim: [Double] { floats(version == 1 ? 76 : 104, 8) }
    var voxelOffset: Double { version == 1 ? float(108, 4) : Double(int(168, 8)) }
    var slope: Double { version == 1 ? float(112, 4) : float(176, 8) }
    var inter: Double { version == 1 ? float(116, 4) : float(184, 8) }
    var qformCode: Int { version == 1 ? int(252, 2) : int(344, 4) }
    var sformCode: Int { version == 1 ? int(254, 2) : int(348, 4) }
    /// xyzt_units without the unit of time.
    var lengthUnit: Int { int(version == 1 ? 123 : 500, version == 1 ? 1 : 4) & 7 }
    var quaternion: [Double] { floats(version == 1 ? 256 : 352, 6) }
    var sform: [[Double]] {
        let start = version == 1 ? 280 : 400
        let row = version == 1 ? 16 : 32
        return (0..<3).map { floats(start + $0 * row, 4) }
    }

    /// Whether the magic names a pair, or nil where there is none.
    var isPair: Bool? {
        let at = version == 1 ? 344 : 4
        guard at + 4 <= bytes.count else { return nil }
        switch String(decoding: bytes[at..<at + 4], as: UTF8.self) {
        case "n+\(version)\0": return false
        case "ni\(version)\0": return true
        default: return nil
        }
    }
}
