import Foundation

/// Lays two exams of one head upon each other by a rigid motion, in the space halfway between them.
///
/// The images, each normalised over what is compared, are made as like as can be in the least squares of
/// their difference, large differences counting less (Huber 1964), by Gauss and Newton's method from
/// coarse to fine. Both images move by half the motion (Reuter, Rosas and Fischl 2010), so that neither
/// is favoured: exchanging them gives the inverse. The tumours, and some mm around them, are left out,
/// so that growth does not move the head.
public struct RigidRegistration {
    /// How far around the centres the heads are compared, mm: petrous bone, brainstem, cerebellum.
    public var radiusMm = 40.0
    /// What is left out around a tumour, mm.
    public var marginMm = 4.0
    /// Less like images than this are not of one head, or not well aligned.
    public var leastCorrelation = 0.5
    /// Less of the region than this in both exams is too little.
    public var leastOverlap = 0.4

    private static let spacings = [4.0, 2.0, 1.0]

    /// With the defaults.
    public init() {}

    /// Finds the motion.
    ///
    /// - Parameters:
    ///   - first: an exam.
    ///   - second: another.
    ///   - masks: their tumours, on their own grids; each holds foreground.
    ///   - centres: a point of each exam that is about the same place of the head, mm LPS.
    /// - Returns: the alignment.
    /// - Throws: ``ImagingError`` where the exams overlap too little, or do not become alike.
    public func alignment(
        of first: Volume, and second: Volume, masks: (first: Mask, second: Mask),
        centres: (first: LPSPoint, second: LPSPoint)
    ) throws(ImagingError) -> RigidAlignment {
        var motion = RigidMotion()
        var finest: RigidFit?
        for spacing in Self.spacings {
            let reach = radiusMm + 12
            let fit = RigidFit(
                first: LocalImage(
                    first, centre: centres.first, reachMm: reach, spacingMm: spacing,
                    excluded: masks.first, marginMm: marginMm),
                second: LocalImage(
                    second, centre: centres.second, reachMm: reach, spacingMm: spacing,
                    excluded: masks.second, marginMm: marginMm), radiusMm: radiusMm)
            if finest == nil { motion = Self.start(fit) ?? motion }
            guard let better = fit.solved(from: motion) else { throw tooLittle(0) }
            motion = better
            finest = fit
        }
        guard let fit = finest, let likeness = fit.likeness(motion) else { throw tooLittle(0) }
        guard likeness.overlap >= leastOverlap else { throw tooLittle(likeness.overlap) }
        guard likeness.correlation >= leastCorrelation else {
            throw ImagingError(
                .geometry, subject: "exams",
                message: "The two heads could not be laid upon each other: their images agree with "
                    + String(format: "a correlation of %.2f only.", likeness.correlation),
                remedy: "Check that both scans are of one patient and of one kind of sequence.")
        }
        return RigidAlignment(
            firstCentre: centres.first, secondCentre: centres.second, motion: motion,
            correlation: likeness.correlation, overlap: likeness.overlap,
            errorMm: Self.error(fit, motion))
    }

    /// The best of some turns at the coarsest level, as heads lie differently from exam to exam.
    private static func start(_ fit: RigidFit) -> RigidMotion? {
        var turns: [SIMD3<Double>] = [.zero]
        for axis in 0..<3 {
            for angle in [-0.14, 0.14] {
                var turn = SIMD3<Double>.zero
                turn[axis] = angle
                turns.append(turn)
            }
        }
        let tried = turns.compactMap { fit.solved(from: RigidMotion(turn: $0)) }
        return tried.compactMap { motion in fit.cost(motion).map { (motion, $0) } }
            .min { $0.1 < $1.1 }?.0
    }

    /// Half the distance by which two halves of the region place points about the centre otherwise:
    /// each half has twice the variance of the whole, and their difference four times.
    private static func error(_ fit: RigidFit, _ motion: RigidMotion) -> Double {
        let halves = [0, 1].compactMap { fit.half($0).solved(from: motion) }
        guard halves.count == 2 else { return .infinity }
        let (a, b) = (halves[0].transform, halves[1].transform)
        let reachMm = 8.0
        let corners: [SIMD3<Double>] = [
            [reachMm, 0, 0], [-reachMm, 0, 0], [0, reachMm, 0], [0, -reachMm, 0], [0, 0, reachMm],
            [0, 0, -reachMm],
        ]
        let square = corners.reduce(0.0) { sum, p in
            let apart = a(p) - b(p)
            return sum + apart.dot(apart)
        }
        return (square / Double(corners.count)).squareRoot() / 2
    }

    private func tooLittle(_ overlap: Double) -> ImagingError {
        ImagingError(
            .geometry, subject: "exams",
            message: "The two exams share too little of the head around the tumour "
                + String(format: "(%.0f %% of what is compared).", 100 * overlap),
            remedy: "Choose exams that show the posterior fossa wholly.")
    }
}
