import CCairo

/// A short word as dots, to be printed on a picture of few colours.
struct LetterStamp {
    private static let height = 22
    private let width: Int
    private let isSet: [Bool]

    /// Sets a word in letters of `size` pixels, up to 20.
    init(_ text: String, size: Double) throws(ReportError) {
        // The widest letter of the bold face is a little over its size.
        width = Int((1.1 * size).rounded(.up)) * text.count + 8
        guard
            let surface = cairo_image_surface_create(
                CAIRO_FORMAT_A8, Int32(width), Int32(Self.height)),
            cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS,
            let context = cairo_create(surface)
        else {
            throw ReportError(
                .unwritable, subject: text, message: "There is no memory for a picture.",
                remedy: "Free some memory.")
        }
        defer {
            cairo_destroy(context)
            cairo_surface_destroy(surface)
        }
        cairo_select_font_face(
            context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_BOLD)
        cairo_set_font_size(context, size)
        cairo_move_to(context, 2, 17)
        cairo_show_text(context, text)
        cairo_surface_flush(surface)
        let stride = Int(cairo_image_surface_get_stride(surface))
        guard let data = cairo_image_surface_get_data(surface) else {
            isSet = Array(repeating: false, count: width * Self.height)
            return
        }
        let width = width
        isSet = (0..<Self.height).flatMap { y in
            (0..<width).map { x in data[y * stride + x] > 127 }
        }
    }

    /// Prints the word with a rim, so that it can be read on any grey.
    ///
    /// - Parameters:
    ///   - place: of its corner, from the top and from either side.
    ///   - fromRight: whether the place counts from the right.
    ///   - ink: the word's colour.
    ///   - edge: the rim's.
    ///   - pixels: the picture, row by row; a word that does not fit is left out.
    ///   - columns: of a row.
    func print(
        at place: (top: Int, side: Int), fromRight: Bool, ink: UInt8, edge: UInt8,
        on pixels: inout [UInt8], columns: Int
    ) {
        let used = (0..<width).last { x in
            (0..<Self.height).contains { isSet[$0 * width + x] }
        }
        let left = fromRight ? columns - place.side - (used ?? width) - 1 : place.side
        guard left >= 0, left + (used ?? width) < columns, place.top >= 0,
            (place.top + Self.height) * columns <= pixels.count
        else { return }
        for y in 0..<Self.height {
            for x in 0..<width where left + x < columns {
                let at = (place.top + y) * columns + left + x
                if isSet[y * width + x] {
                    pixels[at] = ink
                } else if isNearInk(y, x) {
                    pixels[at] = edge
                }
            }
        }
    }

    private func isNearInk(_ y: Int, _ x: Int) -> Bool {
        for row in max(0, y - 1)...min(Self.height - 1, y + 1) {
            for column in max(0, x - 1)...min(width - 1, x + 1) where isSet[row * width + column] {
                return true
            }
        }
        return false
    }
}
