import RealModule

/// The measurement error of a volume, as the standard deviation of ln V.
///
/// sigma² = boundary² + slice² + protocol²:
/// - boundary: 3 delta / r with r the radius of the equivalent sphere, since a surface that is off
///   by delta everywhere changes the volume by 3 delta / r. Consistent with the limits of agreement
///   of Cornelissen et al. 2024 (PMID 38980343) at delta = 0.13 mm for expert outlines.
/// - slice: the phase of the slices, which matters for small tumours and thick slices only: 0.4
///   (s / d)² with s the slice distance and d the diameter. The square follows from the corners
///   of a sphere's area along the axis (Euler-Maclaurin: 0.32); 0.4 is an envelope of a simulation
///   of spheres whose slabs count where over half of them is inside.
/// - protocol: added when two exams differ in sequence family or spacing.
public struct MeasurementErrorModel: Sendable, Hashable, Codable {
    /// delta: the standard deviation of the boundary, mm.
    public var boundarySDMm: Double
    /// The standard deviation of ln V that a change of protocol adds to a comparison.
    public var protocolSD: Double
    /// The standard deviation of ln V that comparing two models, or a model and a person, adds.
    ///
    /// The bias between the two is unknown; an assumption until agreement is measured.
    public var sourceSD: Double

    /// The value for a model whose repeatability was never measured, mm.
    public static let unmeasuredBoundarySDMm = 0.20

    /// Makes a model of the error.
    public init(
        boundarySDMm: Double = unmeasuredBoundarySDMm, protocolSD: Double = 0.05,
        sourceSD: Double = 0.15
    ) {
        self.boundarySDMm = boundarySDMm
        self.protocolSD = protocolSD
        self.sourceSD = sourceSD
    }

    /// The standard deviation of ln V of one measurement.
    ///
    /// - Parameters:
    ///   - volumeMm3: the volume; positive.
    ///   - sliceSpacingMm: the distance between slices.
    /// - Returns: the standard deviation; multiplied by 100 about a percentage.
    public func relativeSD(volumeMm3: Double, sliceSpacingMm: Double) -> Double {
        let diameter = VolumeConversion.equivalentDiameterMm(volumeMm3: volumeMm3)
        let boundary = 6 * boundarySDMm / diameter
        let slice = 0.4 * (sliceSpacingMm / diameter) * (sliceSpacingMm / diameter)
        return (boundary * boundary + slice * slice).squareRoot()
    }

    /// The largest ratio of two volumes that error alone explains with 95 % probability:
    /// exp(1.96 sigma), sigma the standard deviation of the difference of logarithms.
    public static func smallestDetectableRatio(differenceSD sigma: Double) -> Double {
        .exp(1.96 * sigma)
    }
}
