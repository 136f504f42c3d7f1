import Foundation
public import VSImaging

/// The same level of a head in several exams, each with the tumour's outline: small pictures in rows.
public struct ContactSheet: Sendable {
    /// One exam.
    public struct Panel: Sendable {
        /// Above it.
        public var title: String
        /// Below it; for example how its level was found.
        public var note: String
        /// The scan and the tumour on its grid.
        public var volume: Volume
        /// The tumour.
        public var mask: Mask
        /// Where the sheet's plane lies in the scan: the place of its first pixel, and the steps to
        /// the next row and column.
        public var plane: Affine

        /// Makes a panel.
        public init(title: String, note: String, volume: Volume, mask: Mask, plane: Affine) {
            self.title = title
            self.note = note
            self.volume = volume
            self.mask = mask
            self.plane = plane
        }
    }

    /// Pixels along each side of a panel.
    public static let pixels = 150
    /// The side of a pixel, mm.
    public static let pixelMm = 0.3

    private let panels: [Panel]
    private static let perRow = 6
    private static let width = 150.0

    /// A sheet; six panels a row.
    public init(_ panels: [Panel]) { self.panels = panels }

    /// Draws the sheet into a file, PNG or SVG by its ending.
    public func write(to path: String) throws(ReportError) {
        let columns = min(Self.perRow, max(panels.count, 1))
        let rows = (panels.count + Self.perRow - 1) / Self.perRow
        let step = (x: Self.width + 6, y: Self.width + 34)
        let canvas = try Canvas(
            width: Double(columns) * step.x - 6, height: Double(rows) * step.y, path: path)
        for (number, panel) in panels.enumerated() {
            draw(
                panel, canvas, x: Double(number % Self.perRow) * step.x,
                y: Double(number / Self.perRow) * step.y)
        }
        try canvas.save()
    }

    private func draw(_ panel: Panel, _ canvas: Canvas, x: Double, y: Double) {
        canvas.text(panel.title, x: x, y: y + 12, size: 10, bold: true)
        let shape = GridShape(depth: 1, height: Self.pixels, width: Self.pixels)
        let image = panel.volume.resampled(to: shape, affine: panel.plane, outside: 0)
        let top = y + 17
        canvas.picture(
            SliceGrey(panel.volume).pixels(of: image), columns: Self.pixels, x: x, y: top,
            width: Self.width, height: Self.width)
        let outline = Mask(
            shape: shape, affine: panel.plane,
            voxels: panel.mask.values(on: shape, panel.plane).map { $0 >= 0.5 ? 1 : 0 })
        let scale = Self.width / Double(Self.pixels)
        for edge in MaskOutline(outline, slice: 0).segments {
            canvas.line(
                [
                    (x + edge.0.w * scale, top + edge.0.h * scale),
                    (x + edge.1.w * scale, top + edge.1.h * scale),
                ], .orange, width: 1)
        }
        canvas.text("R", x: x + 4, y: top + 12, size: 9, .paper)
        canvas.text("L", x: x + Self.width - 4, y: top + 12, size: 9, .paper, anchor: .end)
        let bar = 10 / Self.pixelMm * scale
        let end = (x: x + Self.width - 5, y: top + Self.width - 6)
        canvas.line([(end.x - bar, end.y), end], .paper, width: 1.5)
        canvas.text("10 mm", x: end.x, y: end.y - 4, size: 7, .paper, anchor: .end)
        canvas.text(panel.note, x: x, y: top + Self.width + 11, size: 8, .faint)
    }
}
