/// A point in the patient's coordinates, millimetres, DICOM LPS: +x left, +y posterior, +z superior.
public typealias LPSPoint = SIMD3<Double>

/// The map from voxel (d, h, w) to millimetres in LPS.
///
/// A point is `origin + d * depthStep + h * heightStep + w * widthStep`; the steps may be oblique
/// and need not be of equal length. The unit is the millimetre throughout.
public struct Affine: Hashable, Sendable, Codable {
    /// The centre of voxel (0, 0, 0).
    public var origin: LPSPoint
    /// The step from one slice to the next, mm.
    public var depthStep: LPSPoint
    /// The step from one row to the next, mm.
    public var heightStep: LPSPoint
    /// The step from one column to the next, mm.
    public var widthStep: LPSPoint

    /// Makes an affine from its origin and its three steps, all in mm LPS.
    public init(
        origin: LPSPoint, depthStep: LPSPoint, heightStep: LPSPoint, widthStep: LPSPoint
    ) {
        self.origin = origin
        self.depthStep = depthStep
        self.heightStep = heightStep
        self.widthStep = widthStep
    }

    /// An axial grid: rows run left, columns posterior, slices superior.
    public init(origin: LPSPoint = .zero, spacing: Spacing) {
        self.init(
            origin: origin,
            depthStep: [0, 0, spacing.depth],
            heightStep: [0, spacing.height, 0],
            widthStep: [spacing.width, 0, 0])
    }

    /// The distances between neighbouring voxels along the three axes.
    public var spacing: Spacing {
        Spacing(depth: depthStep.length, height: heightStep.length, width: widthStep.length)
    }

    /// The volume of one voxel: |det| of the three steps, mm³.
    public var voxelVolumeMm3: Double {
        abs(widthStep.dot(heightStep.cross(depthStep)))
    }

    /// The point at (fractional) voxel position (d, h, w).
    public func point(_ d: Double, _ h: Double, _ w: Double) -> LPSPoint {
        origin + d * depthStep + h * heightStep + w * widthStep
    }

    /// The (fractional) voxel position (d, h, w) of a point, or nil where the affine is singular.
    public func voxel(at point: LPSPoint) -> SIMD3<Double>? {
        inverse?.voxel(at: point)
    }

    /// The inverse map, worth keeping when many points are to be mapped; nil where singular.
    public var inverse: InverseAffine? { InverseAffine(self) }
}

/// The map from millimetres in LPS back to voxel (d, h, w).
public struct InverseAffine: Hashable, Sendable {
    let origin: LPSPoint
    let depthRow: SIMD3<Double>
    let heightRow: SIMD3<Double>
    let widthRow: SIMD3<Double>

    init?(_ affine: Affine) {
        let determinant = affine.widthStep.dot(affine.heightStep.cross(affine.depthStep))
        guard determinant.isFinite, abs(determinant) > 1e-12 else { return nil }
        origin = affine.origin
        depthRow = affine.widthStep.cross(affine.heightStep) / determinant
        heightRow = affine.depthStep.cross(affine.widthStep) / determinant
        widthRow = affine.heightStep.cross(affine.depthStep) / determinant
    }

    /// The (fractional) voxel position (d, h, w) of a point.
    public func voxel(at point: LPSPoint) -> SIMD3<Double> {
        let offset = point - origin
        return [depthRow.dot(offset), heightRow.dot(offset), widthRow.dot(offset)]
    }
}

extension SIMD3<Double> {
    /// The scalar product.
    public func dot(_ other: Self) -> Double { (self * other).sum() }

    /// The vector product.
    public func cross(_ other: Self) -> Self {
        [y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x]
    }

    /// The Euclidean length.
    public var length: Double { dot(self).squareRoot() }
}
