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
/// - protocol: added to a comparison for each thing that differs between two exams. Their sizes are
///   assumptions until a clinic has measured its own.
public struct MeasurementErrorModel: Sendable, Hashable, Codable {
    /// delta: the standard deviation of the boundary, mm.
    public var boundarySDMm: Double
    /// What another sequence family adds to the standard deviation of a log change; assumed.
    public var sequenceSD = 0.05
    /// What another slice distance (by over 10 %) adds; assumed.
    public var spacingSD = 0.05
    /// What another field strength (by over 10 %) adds; assumed.
    public var fieldStrengthSD = 0.03
    /// What another scanner adds; assumed.
    public var scannerSD = 0.03
    /// What contrast medium in one exam and not the other adds; assumed.
    public var contrastSD = 0.05
    /// What comparing two models, or a model and a person, adds.
    ///
    /// The bias between the two is unknown; an assumption until agreement is measured.
    public var sourceSD: Double

    /// The value for a model whose repeatability was never measured, mm.
    public static let unmeasuredBoundarySDMm = 0.20

    /// Makes a model of the error.
    public init(boundarySDMm: Double = unmeasuredBoundarySDMm, sourceSD: Double = 0.15) {
        self.boundarySDMm = boundarySDMm
        self.sourceSD = sourceSD
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case boundarySDMm, sequenceSD, spacingSD, fieldStrengthSD, scannerSD, contrastSD, sourceSD
    }

    /// Reads what is given; the rest keeps its default.
    public init(from decoder: any Decoder) throws {
        self.init()
        let text = try PartialContainer(decoder, CodingKeys.self)
        try text.fill(&boundarySDMm, .boundarySDMm)
        try text.fill(&sequenceSD, .sequenceSD)
        try text.fill(&spacingSD, .spacingSD)
        try text.fill(&fieldStrengthSD, .fieldStrengthSD)
        try text.fill(&scannerSD, .scannerSD)
        try text.fill(&contrastSD, .contrastSD)
        try text.fill(&sourceSD, .sourceSD)
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

    /// What makes these numbers unusable, as a clause; nil where they can be used.
    var problem: String? {
        if !(boundarySDMm > 0 && boundarySDMm < 10) {
            return "error.boundarySDMm is not between 0 and 10 mm"
        }
        let others = [
            sequenceSD, spacingSD, fieldStrengthSD, scannerSD, contrastSD, sourceSD,
        ]
        return others.allSatisfy { $0 >= 0 && $0 < 3 }
            ? nil : "a standard deviation of the error is not between 0 and 3"
    }
}
