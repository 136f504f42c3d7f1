import CCairo
import Foundation

/// A surface to draw on: SVG or PNG by the file's ending, the same drawing for both.
///
/// Lengths are in points of 1/72 inch in SVG and in pixels in PNG, which is drawn at twice the size.
final class Canvas {
    /// A colour, each part 0 to 1.
    struct Colour {
        var red: Double
        var green: Double
        var blue: Double
        var alpha = 1.0
        /// What stands for it on dark paper; nil for itself.
        var onDark: SIMD3<Double>?

        static let ink = Colour(red: 0.13, green: 0.15, blue: 0.18, onDark: [0.90, 0.91, 0.93])
        static let faint = Colour(red: 0.45, green: 0.48, blue: 0.52, onDark: [0.66, 0.69, 0.73])
        static let grid = Colour(red: 0.88, green: 0.89, blue: 0.91, onDark: [0.19, 0.22, 0.26])
        // The dark page's own background.
        static let paper = Colour(red: 1, green: 1, blue: 1, onDark: [0.0785, 0.0941, 0.1137])
        // Okabe and Ito's colours, told apart by all common forms of colour vision; brighter on dark.
        static let blue = Colour(red: 0, green: 0.447, blue: 0.698, onDark: [0.337, 0.706, 0.914])
        static let orange = Colour(red: 0.902, green: 0.624, blue: 0)
        static let vermilion = Colour(red: 0.835, green: 0.369, blue: 0, onDark: [1, 0.55, 0.30])
        static let green = Colour(red: 0, green: 0.62, blue: 0.451, onDark: [0.2, 0.8, 0.62])

        func faded(_ alpha: Double) -> Colour {
            Colour(red: red, green: green, blue: blue, alpha: alpha, onDark: onDark)
        }
    }

    /// Where a text's anchor lies.
    enum Anchor: Double {
        case start = 0
        case middle = 0.5
        case end = 1
    }

    private static let scale = 2.0

    let width: Double
    let height: Double
    private let surface: OpaquePointer
    private let context: OpaquePointer
    private let path: String
    private let scheme: ChartScheme
    /// Drawn here and renamed when whole, so that a full disk leaves an earlier picture as it was.
    private let part: String

    /// An empty canvas of `width` x `height`, to be saved at `path`; white unless it is to be dark.
    init(
        width: Double, height: Double, path: String, scheme: ChartScheme = .light
    ) throws(ReportError) {
        self.scheme = scheme
        self.width = width
        self.height = height
        self.path = path
        let part = "\(path).\(UInt32.random(in: 0 ... .max)).part"
        self.part = part
        let isVector = path.lowercased().hasSuffix(".svg")
        let made =
            isVector
            ? cairo_svg_surface_create(part, width, height)
            : cairo_image_surface_create(
                CAIRO_FORMAT_RGB24, Int32(width * Self.scale), Int32(height * Self.scale))
        guard let made, cairo_surface_status(made) == CAIRO_STATUS_SUCCESS,
            let context = cairo_create(made)
        else { throw Self.unwritable(path) }
        surface = made
        self.context = context
        if !isVector { cairo_scale(context, Self.scale, Self.scale) }
        cairo_select_font_face(
            context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL)
        fill(x: 0, y: 0, width: width, height: height, .paper)
    }

    deinit {
        cairo_destroy(context)
        cairo_surface_destroy(surface)
        unlink(part)
    }

    private static func unwritable(_ path: String) -> ReportError {
        ReportError(
            .unwritable, subject: path, message: "The picture cannot be written.",
            remedy: "Check the folder, its permissions and the free space.")
    }

    /// Writes the file.
    func save() throws(ReportError) {
        let isVector = path.lowercased().hasSuffix(".svg")
        if !isVector, cairo_surface_write_to_png(surface, part) != CAIRO_STATUS_SUCCESS {
            throw Self.unwritable(path)
        }
        cairo_surface_finish(surface)
        guard cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS, rename(part, path) == 0
        else { throw Self.unwritable(path) }
    }

    private func use(_ colour: Colour) {
        let own = SIMD3(colour.red, colour.green, colour.blue)
        let shown = scheme == .dark ? colour.onDark ?? own : own
        cairo_set_source_rgba(context, shown.x, shown.y, shown.z, colour.alpha)
    }

    func fill(x: Double, y: Double, width: Double, height: Double, _ colour: Colour) {
        use(colour)
        cairo_rectangle(context, x, y, width, height)
        cairo_fill(context)
    }

    /// A line through points; dashed where asked.
    func line(
        _ points: [(x: Double, y: Double)], _ colour: Colour, width: Double = 1,
        dash: [Double] = [], closed: Bool = false
    ) {
        guard let first = points.first else { return }
        use(colour)
        cairo_set_line_width(context, width)
        cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
        cairo_set_dash(context, dash, Int32(dash.count), 0)
        cairo_move_to(context, first.x, first.y)
        for point in points.dropFirst() { cairo_line_to(context, point.x, point.y) }
        if closed { cairo_close_path(context) }
        cairo_stroke(context)
        cairo_set_dash(context, nil, 0, 0)
    }

    /// A filled area.
    func area(_ points: [(x: Double, y: Double)], _ colour: Colour) {
        guard let first = points.first else { return }
        use(colour)
        cairo_move_to(context, first.x, first.y)
        for point in points.dropFirst() { cairo_line_to(context, point.x, point.y) }
        cairo_close_path(context)
        cairo_fill(context)
    }

    /// A disc with a rim of the paper.
    func dot(x: Double, y: Double, radius: Double, _ colour: Colour) {
        use(.paper)
        cairo_arc(context, x, y, radius + 1.2, 0, 2 * .pi)
        cairo_fill(context)
        use(colour)
        cairo_arc(context, x, y, radius, 0, 2 * .pi)
        cairo_fill(context)
    }

    /// Text whose baseline is at y.
    func text(
        _ text: String, x: Double, y: Double, size: Double = 11, _ colour: Colour = .ink,
        anchor: Anchor = .start, bold: Bool = false
    ) {
        cairo_select_font_face(
            context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL,
            bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
        cairo_set_font_size(context, size)
        use(colour)
        cairo_move_to(context, x - textWidth(text) * anchor.rawValue, y)
        cairo_show_text(context, text)
    }

    private func textWidth(_ text: String) -> Double {
        var extents = cairo_text_extents_t()
        cairo_text_extents(context, text, &extents)
        return extents.x_advance
    }

    /// Text in lines of at most `width`; returns the y after the last.
    @discardableResult
    func paragraph(
        _ text: String, x: Double, y: Double, width: Double, size: Double = 11,
        _ colour: Colour = .ink
    ) -> Double {
        cairo_set_font_size(context, size)
        var lines: [String] = []
        for word in text.split(separator: " ") {
            let longer = (lines.last.map { $0 + " " } ?? "") + word
            if lines.isEmpty || textWidth(longer) > width {
                lines.append(String(word))
            } else {
                lines[lines.count - 1] = longer
            }
        }
        for (number, line) in lines.enumerated() {
            self.text(line, x: x, y: y + Double(number) * size * 1.35, size: size, colour)
        }
        return y + Double(lines.count) * size * 1.35
    }

    /// A grey picture of `columns` values per row, 0 to 255, stretched over a rectangle.
    func picture(
        _ grey: [UInt8], columns: Int, x: Double, y: Double, width: Double, height: Double
    ) {
        let rows = grey.count / max(columns, 1)
        let stride = cairo_format_stride_for_width(CAIRO_FORMAT_RGB24, Int32(columns))
        var pixels = [UInt8](repeating: 0, count: Int(stride) * rows)
        for row in 0..<rows {
            for column in 0..<columns {
                let place = row * Int(stride) + column * 4
                for part in 0..<3 { pixels[place + part] = grey[row * columns + column] }
            }
        }
        pixels.withUnsafeMutableBufferPointer { buffer in
            let image = cairo_image_surface_create_for_data(
                buffer.baseAddress, CAIRO_FORMAT_RGB24, Int32(columns), Int32(rows), stride)
            cairo_save(context)
            cairo_translate(context, x, y)
            cairo_scale(context, width / Double(columns), height / Double(rows))
            cairo_set_source_surface(context, image, 0, 0)
            cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_GOOD)
            cairo_paint(context)
            cairo_restore(context)
            // The context must let go of the pixels before they go.
            cairo_set_source_rgb(context, 0, 0, 0)
            cairo_surface_destroy(image)
        }
    }

    /// Draws with everything outside a rectangle cut away.
    func clipped(x: Double, y: Double, width: Double, height: Double, _ body: () -> Void) {
        cairo_save(context)
        cairo_rectangle(context, x, y, width, height)
        cairo_clip(context)
        body()
        cairo_restore(context)
    }
}

/// The line under every picture.
package let researchLine = "Research use only. Not a medical device."

/// The line below a picture: where it comes from, then what it may be used for, said once.
func closing(_ source: String) -> String {
    let use = "Research use only."
    return source.hasSuffix(use)
        ? source + researchLine.dropFirst(use.count) : "\(source). \(researchLine)"
}
