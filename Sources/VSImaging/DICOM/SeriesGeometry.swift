import Foundation

/// Where the slices of a series lie, from ImageOrientationPatient and ImagePositionPatient alone.
///
/// SliceThickness, SpacingBetweenSlices and the order of numbers or files decide nothing. A stack is
/// accepted where one affine describes it within ``Tolerance``; everything else is refused with the
/// slices named.
public struct SeriesGeometry: Sendable, Equatable {
    /// How far a stack may be from a regular one.
    public enum Tolerance {
        /// Of the distance between slices, as a share of the usual one; never below ``spacingMm``.
        public static let spacingShare = 0.01
        /// Of the distance between slices and of a slice's sideways place, mm.
        public static let spacingMm = 0.01
        /// Of each component of the unit vectors of rows and columns; about 0.06 degrees.
        public static let direction = 1e-3
        /// Of PixelSpacing between slices, as a share.
        public static let pixelShare = 1e-3
        /// The largest angle between the stack's axis and the slices' normal, degrees.
        public static let tiltDegrees = 0.5
        /// Two slices nearer than this lie at the same place, mm.
        public static let samePlaceMm = 0.01
    }

    /// The frames' indices along the normal, lowest first.
    public let order: [Int]
    /// The steps along columns, rows and slices, mm LPS.
    public let steps: [LPSPoint]
    /// The centre of the first pixel of the first slice in `order`, mm LPS.
    public let origin: LPSPoint
    /// Columns, rows, slices.
    public let dims: [Int]

    /// The distance between slices, mm.
    public var sliceSpacingMm: Double { steps[2].length }

    /// Judges and sorts the frames of a series.
    ///
    /// - Parameters:
    ///   - frames: all of them, in any order.
    ///   - subject: the series as the user knows it, for errors.
    /// - Throws: ``ImagingError`` of code `geometry`, `unsupported` or `tooLarge` with the slices'
    ///   numbers.
    public init(_ frames: [DICOMFrame], subject: String) throws(ImagingError) {
        let check = StackCheck(subject: subject)
        let planes = try check.planes(frames)
        try check.oneGrid(planes)
        let normal = planes[0].rowDirection.cross(planes[0].columnDirection)
        let sorted = planes.sorted {
            ($0.position.dot(normal), $0.frame.number, $0.index)
                < ($1.position.dot(normal), $1.frame.number, $1.index)
        }
        guard sorted.count > 1 else {
            throw check.error(
                .unsupported, "It has one slice only, and no volume.",
                "Give the folder with all slices of the series.")
        }
        try check.oneVolume(sorted, normal: normal)
        let step = try check.regular(sorted, normal: normal)
        let first = sorted[0]
        order = sorted.map(\.index)
        steps = [
            first.columnSpacing * first.rowDirection, first.rowSpacing * first.columnDirection,
            step,
        ]
        origin = first.position
        dims = [first.frame.columns, first.frame.rows, sorted.count]
        let count = dims.reduce(1) { $0.multipliedClamped(by: $1) }
        guard count <= ScanReader.largestVoxelCount else {
            throw check.error(
                .tooLarge,
                "It claims \(dims.map(String.init).joined(separator: " x ")) voxels; at most "
                    + "\(ScanReader.largestVoxelCount) are read.", "Check the files.")
        }
    }
}

/// A frame whose plane is complete.
struct SlicePlane {
    let index: Int
    let frame: DICOMFrame
    let position: LPSPoint
    let rowDirection: LPSPoint
    let columnDirection: LPSPoint
    let rowSpacing: Double
    let columnSpacing: Double
}
