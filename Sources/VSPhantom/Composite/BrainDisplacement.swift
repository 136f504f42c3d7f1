import Foundation

/// How a tumour in a real head pushes the brain aside: away from the porus, only within the fossa.
///
/// Where the tumour lies in fluid it replaces fluid and nothing moves. Of the brain that lay in its
/// place, the volume is added behind it: a point at distance r from a centre between porus and tumour
/// shows what lay at (r^3 - q)^(1/3).
struct BrainDisplacement: Sendable {
    private let ear: CompositeEar
    private let centre: SIMD3<Float>
    private let cube: Float

    /// The displacement by a tumour; `isBrain` tells whether a point of the patient's frame shows
    /// tissue of the brain in the head without a tumour.
    init(
        _ tumour: PhantomTumour, ear: CompositeEar, isBrain: (SIMD3<Float>) -> Bool
    ) {
        self.ear = ear
        let shape = tumour.shape
        let step = max(0.5, (shape.upper - shape.lower).max() / 24)
        var middle = SIMD3<Float>.zero
        var inside = 0
        var brain = 0
        for z in stride(from: shape.lower.z, through: shape.upper.z, by: step) {
            for y in stride(from: shape.lower.y, through: shape.upper.y, by: step) {
                for x in stride(from: shape.lower.x, through: shape.upper.x, by: step) {
                    let local = SIMD3<Float>(x + tumour.shiftMm, y, z)
                    guard tumour.distance(local) < 0 else { continue }
                    let point = ear.canal.head(local)
                    guard ear.depthMm(point) > 0.5 else { continue }
                    inside += 1
                    middle += point
                    if isBrain(point) { brain += 1 }
                }
            }
        }
        let mean = inside > 0 ? middle / Float(inside) : ear.canal.porus
        centre = 0.4 * mean + 0.6 * ear.canal.porus
        // Between that of a ball in free space and that of half a ball on the bone.
        cube = Float(brain) * step * step * step / .pi
    }

    /// What the head without a tumour showed at a point now lies here: its place there.
    func source(of point: SIMD3<Float>) -> SIMD3<Float> {
        let depth = ear.depthMm(point)
        let offset = point - centre
        let r = offset.lengthMm
        guard cube > 0, depth > 0, r > 1e-3, r < Self.reachMm else { return point }
        let inner = cbrtf(max(0.02 * r * r * r, r * r * r - cube))
        let rim = min(1, depth / 5)
        let far = 1 - r / Self.reachMm
        let weight = rim * rim * (3 - 2 * rim) * min(1, 2 * far)
        return point + offset * ((inner / r - 1) * weight)
    }

    private static let reachMm: Float = 60
}
