import Foundation

/// How a tumour in the cistern pushes the brain aside: radially, without compressing it.
///
/// A point at distance r from the middle of the tumour's cisternal part shows the brain that lay at
/// (r^3 - k R^3)^(1/3), where R is that part's equivalent radius and k the share of it that is not
/// taken from fluid.
struct TumourDisplacement: Sendable {
    private let centre: SIMD3<Float>
    private let cube: Float

    /// The displacement by a tumour in a head; coordinates of the head's frame.
    init(_ tumour: PhantomTumour, ear: HeadAnatomy.Ear, share: Float) {
        let shape = tumour.shape
        let middle = SIMD3<Float>(
            0.5 * (shape.lower.x + min(0, shape.upper.x)), 0.5 * (shape.lower.y + shape.upper.y),
            0.5 * (shape.lower.z + shape.upper.z))
        centre = ear.head(middle + [tumour.shiftMm, 0, 0])
        let length = shape.upper.x - shape.lower.x
        let cisternal = max(0, min(1, -(shape.lower.x + tumour.shiftMm) / max(length, 0.1)))
        cube = share * cisternal * Float(shape.volumeMm3) * 3 / (4 * .pi)
    }

    /// Where the brain that is seen at a point would lie without the tumour.
    func source(of point: SIMD3<Float>) -> SIMD3<Float> {
        let offset = point - centre
        let r = offset.lengthMm
        guard r > 1e-3, r < 60 else { return point }
        let remaining = max(0.02 * r * r * r, r * r * r - cube)
        return centre + offset * (cbrtf(remaining) / r)
    }
}
