/// How two exams of one head lie to each other, and how well that is known.
///
/// A point of the space halfway between them, relative to the centres, lies in the first exam at
/// `firstCentre + exp(-motion / 2)(p)`, and in the second at `secondCentre + exp(motion / 2)(p)`.
public struct RigidAlignment: Sendable, Hashable {
    /// The centres that were laid upon each other first, mm LPS of each exam.
    public let firstCentre, secondCentre: LPSPoint
    /// What is left of the motion about them.
    public let motion: RigidMotion
    /// The correlation of the two images where they were compared, 1 for equal ones.
    public let correlation: Double
    /// The share of the compared region that both exams show.
    public let overlap: Double
    /// The standard error of a point's place near the centre, mm, from two halves of the region.
    public let errorMm: Double

    private let toFirst, toSecond: RigidTransform

    /// Makes an alignment.
    public init(
        firstCentre: LPSPoint, secondCentre: LPSPoint, motion: RigidMotion, correlation: Double,
        overlap: Double, errorMm: Double
    ) {
        self.firstCentre = firstCentre
        self.secondCentre = secondCentre
        self.motion = motion
        self.correlation = correlation
        self.overlap = overlap
        self.errorMm = errorMm
        toFirst = motion.scaled(by: -0.5).transform
        toSecond = motion.scaled(by: 0.5).transform
    }

    /// A halfway point in the first exam, mm LPS.
    public func first(_ halfway: SIMD3<Double>) -> LPSPoint { firstCentre + toFirst(halfway) }

    /// A halfway point in the second exam, mm LPS.
    public func second(_ halfway: SIMD3<Double>) -> LPSPoint { secondCentre + toSecond(halfway) }

    /// A grid of halfway points as it lies in each exam.
    public func grids(_ halfway: Affine) -> (first: Affine, second: Affine) {
        func moved(_ place: (SIMD3<Double>) -> LPSPoint) -> Affine {
            let origin = place(halfway.origin)
            return Affine(
                origin: origin, depthStep: place(halfway.origin + halfway.depthStep) - origin,
                heightStep: place(halfway.origin + halfway.heightStep) - origin,
                widthStep: place(halfway.origin + halfway.widthStep) - origin)
        }
        return (moved(first), moved(second))
    }
}
