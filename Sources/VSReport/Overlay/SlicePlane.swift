public import VSImaging

/// A plane through a scan: where its pixels lie in space.
public struct SlicePlane: Sendable, Hashable {
    /// Along which axis of the canonical order the plane lies.
    ///
    /// For a scan in axial slices these are the axial, coronal and sagittal planes; a scan in other
    /// slices keeps the words of its own slices.
    public enum Kind: String, Sendable, CaseIterable {
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

    /// Which kind.
    public let kind: Kind
    /// One slice of so many rows and columns of square pixels; the longer side has `longest`.
    public let shape: GridShape
    /// The first pixel's place and the steps to the next row and column; its depth step is the scan's
    /// own across the plane.
    public let affine: Affine

    /// The plane `index` of a grid, from 0; one outside is the nearest inside.
    ///
    /// For planes across the slices the top is the last slice, where the head's is.
    /// - Parameters:
    ///   - kind: which kind of plane.
    ///   - index: which of them.
    ///   - grid: the scan's size.
    ///   - own: the scan's geometry.
    ///   - longest: pixels along the longer side.
    public init(_ kind: Kind, index: Int, of grid: GridShape, _ own: Affine, longest: Int) {
        self.kind = kind
        let at = Double(min(max(index, 0), kind.count(in: grid) - 1))
        let last = Double(grid.depth - 1)
        let (corner, across, down, right, rows, columns):
            (LPSPoint, LPSPoint, LPSPoint, LPSPoint, Int, Int) =
                switch kind {
                case .slice:
                    (
                        own.point(at, 0, 0), own.depthStep, own.heightStep, own.widthStep,
                        grid.height, grid.width
                    )
                case .row:
                    (
                        own.point(last, at, 0), own.heightStep, -1 * own.depthStep, own.widthStep,
                        grid.depth, grid.width
                    )
                case .column:
                    (
                        own.point(last, 0, at), own.widthStep, -1 * own.depthStep, own.heightStep,
                        grid.depth, grid.height
                    )
                }
        let size = (Double(rows) * down.length, Double(columns) * right.length)
        let pixelMm = max(size.0, size.1) / Double(longest)
        shape = GridShape(
            depth: 1, height: max(1, Int((size.0 / pixelMm).rounded())),
            width: max(1, Int((size.1 / pixelMm).rounded())))
        let fine = (
            size.0 / Double(shape.height) / down.length * down,
            size.1 / Double(shape.width) / right.length * right
        )
        // The outer edges of both agree, so the first centres differ by half the change of a pixel.
        affine = Affine(
            origin: corner + 0.5 * (fine.0 - down) + 0.5 * (fine.1 - right), depthStep: across,
            heightStep: fine.0, widthStep: fine.1)
    }

    /// The same pixels at other places.
    public init(_ plane: SlicePlane, at affine: Affine) {
        kind = plane.kind
        shape = plane.shape
        self.affine = affine
    }

    /// Pixels of a length, mm.
    func pixels(mm: Double) -> Int { Int((mm / affine.spacing.width).rounded()) }
}
