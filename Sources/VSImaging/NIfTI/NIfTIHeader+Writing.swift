import Foundation

extension NIfTIHeader {
    /// The header for other voxels on the same grid, with the four bytes that say "no extensions".
    ///
    /// Everything stays bit for bit but datatype, bitpix, scaling, display range, voxel offset, and
    /// the magic, which becomes that of a single file; extensions of the source are left out.
    func rewritten(datatype: NIfTIDatatype) -> Data {
        var writer = HeaderWriter(Data(bytes), isBigEndian: isBigEndian)
        let offset = bytes.count + 4
        let length = offset % 16 == 0 ? offset : (offset / 16 + 1) * 16
        if version == 1 {
            writer.put(Int16(datatype.rawValue), at: 70)
            writer.put(Int16(datatype.size * 8), at: 72)
            writer.put(Float(length).bitPattern, at: 108)
            writer.put(Float(1).bitPattern, at: 112)
            writer.put(Float(0).bitPattern, at: 116)
            writer.put(UInt64(0), at: 124)
            writer.put(Array("n+1\0".utf8), at: 344)
        } else {
            writer.put(Int16(datatype.rawValue), at: 12)
            writer.put(Int16(datatype.size * 8), at: 14)
            writer.put(Int64(length), at: 168)
            writer.put(Double(1).bitPattern, at: 176)
            writer.put(Double(0).bitPattern, at: 184)
            writer.put(UInt64(0), at: 192)
            writer.put(UInt64(0), at: 200)
            writer.put(Array("n+2\0".utf8), at: 4)
        }
        return writer.data + Data(count: length - bytes.count)
    }

    /// A NIfTI-1 header for a canonical grid: i = W, j = H, k = D; sform only, code scanner.
    static func fresh(shape: GridShape, affine: Affine, datatype: NIfTIDatatype) -> Data {
        fresh(
            dims: [shape.width, shape.height, shape.depth],
            steps: [affine.widthStep, affine.heightStep, affine.depthStep], origin: affine.origin,
            datatype: datatype)
    }

    /// A NIfTI-1 header for axes i, j, k with their steps in mm LPS; sform only, code scanner.
    static func fresh(
        dims: [Int], steps: [LPSPoint], origin: LPSPoint, datatype: NIfTIDatatype
    ) -> Data {
        var writer = HeaderWriter(Data(count: lengthOfVersion1), isBigEndian: false)
        writer.put(Int32(lengthOfVersion1), at: 0)
        for (index, value) in ([3] + dims + [1, 1, 1, 1]).enumerated() {
            writer.put(Int16(clamping: value), at: 40 + 2 * index)
        }
        writer.put(Int16(datatype.rawValue), at: 70)
        writer.put(Int16(datatype.size * 8), at: 72)
        for (index, value) in ([1] + steps.map(\.length) + [0, 0, 0, 0]).enumerated() {
            writer.put(Float(value).bitPattern, at: 76 + 4 * index)
        }
        writer.put(Float(352).bitPattern, at: 108)
        writer.put(Float(1).bitPattern, at: 112)
        writer.put([2], at: 123)  // xyzt_units: mm
        writer.put(Int16(1), at: 254)  // sform_code: scanner
        for row in 0..<3 {
            let sign: Double = row == 2 ? 1 : -1  // LPS to RAS
            for (column, step) in (steps + [origin]).enumerated() {
                writer.put(Float(sign * step[row]).bitPattern, at: 280 + 16 * row + 4 * column)
            }
        }
        writer.put(Array("n+1\0".utf8), at: 344)
        return writer.data + Data(count: 4)
    }
}

/// Puts numbers into a header in its byte order.
private struct HeaderWriter {
    private(set) var data: Data
    private let isBigEndian: Bool

    init(_ data: Data, isBigEndian: Bool) {
        self.data = data
        self.isBigEndian = isBigEndian
    }

    mutating func put(_ value: some FixedWidthInteger, at offset: Int) {
        let ordered = isBigEndian ? value.bigEndian : value.littleEndian
        withUnsafeBytes(of: ordered) { put(Array($0), at: offset) }
    }

    mutating func put(_ bytes: [UInt8], at offset: Int) {
        let start = data.startIndex + offset
        data.replaceSubrange(start..<start + bytes.count, with: bytes)
    }
}
