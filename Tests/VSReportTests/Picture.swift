import CCairo
import Testing

/// A PNG read back, for counting its colours.
struct Picture {
    let width: Int
    let height: Int
    /// Red, green, blue, 0 to 255, row by row.
    private let pixels: [SIMD3<Int>]

    init(png path: String) throws {
        let surface = try #require(cairo_image_surface_create_from_png(path))
        defer { cairo_surface_destroy(surface) }
        try #require(cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS)
        width = Int(cairo_image_surface_get_width(surface))
        height = Int(cairo_image_surface_get_height(surface))
        let stride = Int(cairo_image_surface_get_stride(surface))
        let data = try #require(cairo_image_surface_get_data(surface))
        var pixels: [SIMD3<Int>] = []
        for y in 0..<height {
            for x in 0..<width {
                let at = y * stride + 4 * x
                // Cairo's order on a little-endian machine: blue, green, red.
                pixels.append([Int(data[at + 2]), Int(data[at + 1]), Int(data[at])])
            }
        }
        self.pixels = pixels
    }

    subscript(_ x: Int, _ y: Int) -> SIMD3<Int> { pixels[y * width + x] }

    /// The places of pixels within 12 of a colour in each part.
    func places(of colour: SIMD3<Int>) -> [(x: Int, y: Int)] {
        pixels.indices.filter { index in
            let off = pixels[index] &- colour
            return abs(off.x) <= 12 && abs(off.y) <= 12 && abs(off.z) <= 12
        }.map { ($0 % width, $0 / width) }
    }
}

/// The colours of the charts (Okabe and Ito).
enum ChartColour {
    static let blue: SIMD3<Int> = [0, 114, 178]
    static let skyBlue: SIMD3<Int> = [86, 180, 233]
    static let orange: SIMD3<Int> = [230, 159, 0]
    static let vermilion: SIMD3<Int> = [213, 94, 0]
    static let green: SIMD3<Int> = [0, 158, 115]
}
