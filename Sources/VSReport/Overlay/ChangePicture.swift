import Foundation
public import VSImaging

/// Where a tumour grew: three levels of two exams in their halfway space, the earlier, the later, and
/// the later with each surface point in the colour of its displacement.
public struct ChangePicture: Sendable {
    /// One exam on the halfway grid's place in it.
    public struct Exam: Sendable {
        /// Above its column.
        public var title: String
        /// The scan.
        public var volume: Volume
        /// The halfway grid as it lies in the scan.
        public var grid: Affine

        /// Makes one.
        public init(title: String, volume: Volume, grid: Affine) {
            self.title = title
            self.volume = volume
            self.grid = grid
        }
    }

    /// Above the picture.
    public var title: String
    /// Below it, a line each.
    public var captions: [String]
    private let exams: (Exam, Exam)
    private let change: SurfaceChange
    private let errorMm: Double

    /// Around the tumour, mm.
    private static let reachMm = 16.0
    private static let pixelMm = 0.25

    /// Makes a picture.
    ///
    /// - Parameters:
    ///   - title: above the picture.
    ///   - captions: below it.
    ///   - exams: the earlier and the later.
    ///   - change: the displacements; its grid is the one the exams give the place of.
    ///   - errorMm: displacements below this are drawn pale.
    public init(
        title: String, captions: [String], exams: (Exam, Exam), change: SurfaceChange,
        errorMm: Double
    ) {
        self.title = title
        self.captions = captions
        self.exams = exams
        self.change = change
        self.errorMm = errorMm
    }

    /// Draws the picture into a file, PNG or SVG by its ending.
    public func write(to path: String) throws(ReportError) {
        let canvas = try Canvas(width: 860, height: 920, path: path)
        canvas.fill(x: 0, y: 0, width: 860, height: 920, .ink)
        canvas.text(title, x: 20, y: 32, size: 16, .paper, bold: true)
        let columns = [exams.0.title, exams.1.title, "where it moved, mm"]
        for (number, text) in columns.enumerated() {
            canvas.text(text, x: 20 + Double(number) * 266, y: 56, size: 12, .paper)
        }
        for (row, level) in levels().enumerated() {
            let y = 66 + Double(row) * 264
            let images = [exams.0, exams.1, exams.1].map { slice($0, level) }
            for (column, image) in images.enumerated() {
                draw(canvas, image, level, column: column, x: 20 + Double(column) * 266, y: y)
            }
        }
        drawScale(canvas, y: 66 + 3 * 264 + 8)
        for (number, caption) in captions.enumerated() {
            canvas.text(caption, x: 20, y: 884 + Double(number) * 14, size: 10, .paper)
        }
        canvas.text(
            researchLine, x: 840, y: 884 + 14 * Double(max(captions.count - 1, 0)), size: 10,
            .orange, anchor: .end)
        try canvas.save()
    }

    /// Slices of the halfway grid: a quarter up, where most moved, and three quarters up.
    private func levels() -> [Int] {
        let shape = change.first.shape
        guard let box = VoxelBox(containing: [change.first, change.second]) else {
            return [0, shape.depth / 2, shape.depth - 1]
        }
        let (low, high) = (box.low.0, box.high.0 - 1)
        var moved = [Double](repeating: 0, count: shape.depth)
        for point in change.points {
            let d = Int(
                ((point.place - change.affine.origin).z / SurfaceChange.spacingMm).rounded())
            if moved.indices.contains(d) { moved[d] += abs(point.displacementMm) }
        }
        let most = moved.indices.max { moved[$0] < moved[$1] } ?? (low + high) / 2
        // From the top down, as a reader looks at a head.
        return Set([low + (high - low) / 4, most, high - (high - low) / 4]).sorted(by: >)
    }

    private var side: Int { Int(2 * Self.reachMm / Self.pixelMm) }

    /// A slice of an exam in the halfway space, square about the tumours' middle.
    private func slice(_ exam: Exam, _ level: Int) -> [UInt8] {
        let corner = change.middle - SIMD3(Self.reachMm, Self.reachMm, 0)
        let offset = corner - change.affine.origin
        let step = Self.pixelMm / SurfaceChange.spacingMm
        let grid = exam.grid
        let origin =
            grid.origin + offset.x / SurfaceChange.spacingMm * grid.widthStep + offset.y
            / SurfaceChange.spacingMm * grid.heightStep + Double(level) * grid.depthStep
        let affine = Affine(
            origin: origin, depthStep: grid.depthStep, heightStep: step * grid.heightStep,
            widthStep: step * grid.widthStep)
        let image = exam.volume.resampled(
            to: GridShape(depth: 1, height: side, width: side), affine: affine, outside: 0)
        return SliceGrey(exam.volume).pixels(of: image)
    }

    private func draw(
        _ canvas: Canvas, _ grey: [UInt8], _ level: Int, column: Int, x: Double, y: Double
    ) {
        let width = 256.0
        canvas.picture(grey, columns: side, x: x, y: y, width: width, height: width)
        let scale = width / (2 * Self.reachMm)
        func place(_ point: SIMD3<Double>) -> (x: Double, y: Double) {
            (
                x + (point.x - change.middle.x + Self.reachMm) * scale,
                y + (point.y - change.middle.y + Self.reachMm) * scale
            )
        }
        canvas.clipped(x: x, y: y, width: width, height: width) {
            if column < 2 {
                outline(column == 0 ? change.first : change.second, level, place, canvas)
            } else {
                let z = change.affine.origin.z + Double(level) * SurfaceChange.spacingMm
                for point in change.points
                where abs(point.place.z - z) < SurfaceChange.spacingMm / 2 {
                    let at = place(point.place)
                    canvas.fill(
                        x: at.x - 2, y: at.y - 2, width: 4, height: 4,
                        colour(point.displacementMm))
                }
            }
        }
        canvas.text("R", x: x + 5, y: y + 15, size: 11, .paper)
        canvas.text("L", x: x + width - 5, y: y + 15, size: 11, .paper, anchor: .end)
        let end = (x: x + width - 8, y: y + width - 9)
        canvas.line([(end.x - 5 * scale, end.y), end], .paper, width: 2)
        canvas.text("5 mm", x: end.x, y: end.y - 5, size: 9, .paper, anchor: .end)
    }

    private func outline(
        _ mask: Mask, _ level: Int, _ place: (SIMD3<Double>) -> (x: Double, y: Double),
        _ canvas: Canvas
    ) {
        for edge in MaskOutline(mask, slice: level).segments {
            func point(_ corner: MaskOutline.Corner) -> (x: Double, y: Double) {
                place(change.affine.point(Double(level), corner.h - 0.5, corner.w - 0.5))
            }
            canvas.line([point(edge.0), point(edge.1)], .orange, width: 1.4)
        }
    }

    /// Vermilion outward, blue inward, pale within error; full at twice the error or 3 mm.
    private func colour(_ mm: Double) -> Canvas.Colour {
        let full = max(3, 2 * errorMm)
        let share = min(abs(mm) / full, 1)
        guard abs(mm) > errorMm else { return .grid.faded(0.55) }
        let target: Canvas.Colour = mm > 0 ? .vermilion : .blue
        let pale = 0.45 * (1 - share)
        return Canvas.Colour(
            red: target.red + pale * (1 - target.red),
            green: target.green + pale * (1 - target.green),
            blue: target.blue + pale * (1 - target.blue))
    }

    private func drawScale(_ canvas: Canvas, y: Double) {
        let full = max(3, 2 * errorMm)
        let (left, width) = (552.0, 256.0)
        for step in 0..<64 {
            let mm = -full + (Double(step) + 0.5) / 64 * 2 * full
            canvas.fill(
                x: left + Double(step) * width / 64, y: y, width: width / 64 + 0.5, height: 8,
                colour(mm))
        }
        for mm in [-full, 0, full] {
            canvas.text(
                mm == 0 ? "within error" : NumberText.signed(mm, 1),
                x: left + (mm / full + 1) / 2 * width,
                y: y + 20, size: 9, .paper, anchor: mm < 0 ? .start : mm > 0 ? .end : .middle)
        }
    }
}
