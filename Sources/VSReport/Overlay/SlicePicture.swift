public import VSImaging

/// One plane of a scan with the tumour's outline, for a viewer.
public struct SlicePicture: Sendable {
    /// Along which axis of the canonical order the plane lies.
    ///
    /// For a scan in axial slices these are the axial, coronal and sagittal planes; a scan in other
    /// slices keeps the words of its own slices.
    public enum Plane: String, Sendable, CaseIterable {
        /// The scan's own slices, first to last.
        case slice
        /// Across the slices' rows, front to back.
        case row
        /// Across the slices' columns, from the patient's right.
        case column

        /// Planes of this kind in a grid.
        public func count(in shape: GridShape) -> Int {
            switch self {
            case .slice: shape.depth
            case .row: shape.height
            case .column: shape.width
            }
        }
    }

    private let volume: Volume
    private let mask: Mask
    private let plane: Plane
    private let index: Int
    private let window: ClosedRange<Double>
    private let hasOutline: Bool

    /// Makes a picture.
    ///
    /// - Parameters:
    ///   - volume: the scan.
    ///   - mask: its tumours, on the same grid.
    ///   - plane: which kind.
    ///   - index: which of them, from 0; one outside is the nearest inside.
    ///   - window: what is black and what is white, as fractions of the usual range of grey.
    ///   - hasOutline: whether the tumour is outlined.
    public init(
        volume: Volume, mask: Mask, plane: Plane, index: Int, window: ClosedRange<Double>,
        hasOutline: Bool
    ) {
        self.volume = volume
        self.mask = mask
        self.plane = plane
        self.index = min(max(index, 0), plane.count(in: volume.shape) - 1)
        self.window = window
        self.hasOutline = hasOutline
    }

    /// Rows and columns of the plane and how far apart they lie, mm; for planes across the slices the
    /// top is the last slice, where the head's is.
    private var layout: (rows: Int, columns: Int, rowMm: Double, columnMm: Double) {
        let (shape, mm) = (volume.shape, volume.affine.spacing)
        return switch plane {
        case .slice: (shape.height, shape.width, mm.height, mm.width)
        case .row: (shape.depth, shape.width, mm.depth, mm.width)
        case .column: (shape.depth, shape.height, mm.depth, mm.height)
        }
    }

    private func place(_ row: Int, _ column: Int) -> Int {
        let shape = volume.shape
        return switch plane {
        case .slice: shape.index(index, row, column)
        case .row: shape.index(shape.depth - 1 - row, index, column)
        case .column: shape.index(shape.depth - 1 - row, column, index)
        }
    }

    /// Draws the picture into a file, PNG or SVG by its ending; its longer side has 512 points.
    public func write(to path: String) throws(ReportError) {
        let (rows, columns, rowMm, columnMm) = layout
        let mm = (height: Double(rows) * rowMm, width: Double(columns) * columnMm)
        let scale = 512 / max(mm.height, mm.width)
        let size = (width: mm.width * scale, height: mm.height * scale)
        let canvas = try Canvas(
            width: size.width.rounded(.up), height: size.height.rounded(.up), path: path)
        let places = (0..<rows).flatMap { row in (0..<columns).map { place(row, $0) } }
        canvas.picture(
            SliceGrey(volume, window: window).pixels(at: places), columns: columns, x: 0, y: 0,
            width: size.width, height: size.height)
        if hasOutline {
            let shape = GridShape(depth: 1, height: rows, width: columns)
            let flat = Mask(
                shape: shape, affine: mask.affine, voxels: places.map { mask.voxels[$0] })
            let step = (x: columnMm * scale, y: rowMm * scale)
            for edge in MaskOutline(flat, slice: 0).segments {
                canvas.line(
                    [
                        (edge.0.w * step.x, edge.0.h * step.y),
                        (edge.1.w * step.x, edge.1.h * step.y),
                    ], .orange, width: 1.4)
            }
        }
        let sides = plane == .column ? ("front", "back") : ("R", "L")
        canvas.text(sides.0, x: 6, y: 18, size: 13, .paper, bold: true)
        canvas.text(
            sides.1, x: size.width - 6, y: 18, size: 13, .paper, anchor: .end, bold: true)
        try canvas.save()
    }
}
