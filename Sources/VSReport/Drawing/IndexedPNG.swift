import CZlib
import Foundation

/// A picture of at most 256 colours, a byte a pixel, as PNG (ISO/IEC 15948).
///
/// Written here because libpng reports errors by a long jump, which Swift code must not be under; the
/// compression is zlib's.
struct IndexedPNG {
    /// A colour, each part 0 to 255; an alpha of 0 shows what lies below.
    struct Colour: Hashable {
        var red, green, blue: UInt8
        var alpha: UInt8 = 255
    }

    private let width: Int
    private let height: Int
    private let palette: [Colour]
    private let pixels: [UInt8]

    /// A picture; `pixels` are places in `palette`, row by row.
    init(width: Int, palette: [Colour], pixels: [UInt8]) {
        precondition(width > 0 && pixels.count % width == 0, "whole rows")
        precondition((1...256).contains(palette.count), "a byte counts the colours")
        self.width = width
        height = pixels.count / width
        self.palette = palette
        self.pixels = pixels
    }

    /// The file.
    func data() -> Data {
        var file = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        // 8 bits, palette, deflate, the standard filters, not interlaced.
        Self.chunk("IHDR", Self.bytes(width) + Self.bytes(height) + [8, 3, 0, 0, 0], to: &file)
        Self.chunk("PLTE", palette.flatMap { [$0.red, $0.green, $0.blue] }, to: &file)
        if palette.contains(where: { $0.alpha < 255 }) {
            Self.chunk("tRNS", palette.map(\.alpha), to: &file)
        }
        Self.chunk("IDAT", Self.deflated(filtered), to: &file)
        Self.chunk("IEND", [], to: &file)
        return file
    }

    /// Each row behind its filter: of none, sub and up the one with the smallest sum of differences,
    /// which deflates best as a rule; the grey of a palette in order is as smooth as the picture.
    private var filtered: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(height * (width + 1))
        var above = [UInt8](repeating: 0, count: width)
        for y in 0..<height {
            let row = Array(pixels[y * width..<(y + 1) * width])
            let sub = row.indices.map { $0 == 0 ? row[0] : row[$0] &- row[$0 - 1] }
            let up = row.indices.map { row[$0] &- above[$0] }
            let all = [row, sub, up]
            let costs = all.map { line in
                line.reduce(0) { $0 + Int(min($1, 0 &- $1)) }
            }
            let best = costs.indices.min { costs[$0] < costs[$1] } ?? 0
            result.append(UInt8(best))
            result += all[best]
            above = row
        }
        return result
    }

    private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
        var size = compressBound(uLong(bytes.count))
        var result = [UInt8](repeating: 0, count: Int(size))
        // It fails for want of memory alone, as an array's growth would.
        let code = compress2(&result, &size, bytes, uLong(bytes.count), 6)
        precondition(code == Z_OK, "compressBound is enough")
        return Array(result.prefix(Int(size)))
    }

    private static func chunk(_ name: String, _ content: [UInt8], to file: inout Data) {
        let named = Array(name.utf8) + content
        file.append(contentsOf: bytes(content.count))
        file.append(contentsOf: named)
        let sum = crc32_z(0, named, named.count)
        file.append(contentsOf: bytes(Int(sum)))
    }

    private static func bytes(_ value: Int) -> [UInt8] {
        stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
