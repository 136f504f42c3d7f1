import Foundation
import VSImaging

/// The grid of one scan and how the head lies in it.
///
/// Grid coordinates are mm from the middle of the image: x along rows, y along columns, z across
/// slices. A head's point is `centre + x * right + y * down + z * up`.
struct ScanGeometry: Sendable {
    var shape: GridShape
    var spacing: Spacing
    var centre: SIMD3<Float>
    var right: SIMD3<Float>
    var down: SIMD3<Float>
    var up: SIMD3<Float>
    /// Where the scanner's isocentre lies, mm from the middle of the image.
    var offset: SIMD3<Double>

    /// A head as laid into the scanner: a few degrees and millimetres off, with the slices anywhere.
    init(shape: GridShape, spacing: Spacing, random: inout CounterRandom) {
        self.shape = shape
        self.spacing = spacing
        let roll = Float(random.normal(sd: 0.06))
        let yaw = Float(random.normal(sd: 0.06))
        let pitch = Float(random.normal(mean: 0.02, sd: 0.09))
        let (cr, sr) = (cos(roll), sin(roll))
        let (cy, sy) = (cos(yaw), sin(yaw))
        let (cp, sp) = (cos(pitch), sin(pitch))
        right = [cy * cr, sy * cr, -sr]
        down = [-sy * cp + cy * sr * sp, cy * cp + sy * sr * sp, cr * sp]
        up = CanalFrame.cross(right, down)
        let deep = Float(shape.depth) * Float(spacing.depth)
        // The slice phase is part of the third coordinate.
        centre = [
            Float(random.normal(sd: 2.5)), Float(random.normal(mean: 6, sd: 5)),
            Float(random.normal(mean: 0, sd: min(5, 0.08 * Double(deep)))),
        ]
        offset = [random.normal(sd: 4), random.normal(sd: 12), random.normal(sd: 15)]
    }

    /// Voxel to LPS mm: an axial grid about the isocentre.
    var affine: Affine {
        Affine(
            origin: [
                offset.x - 0.5 * Double(shape.width - 1) * spacing.width,
                offset.y - 0.5 * Double(shape.height - 1) * spacing.height,
                offset.z - 0.5 * Double(shape.depth - 1) * spacing.depth,
            ], spacing: spacing)
    }

    func head(_ grid: SIMD3<Float>) -> SIMD3<Float> {
        centre + grid.x * right + grid.y * down + grid.z * up
    }

    func grid(_ head: SIMD3<Float>) -> SIMD3<Float> {
        let offset = head - centre
        return [(offset * right).sum(), (offset * down).sum(), (offset * up).sum()]
    }

    func x(_ column: Float) -> Float {
        (column - 0.5 * Float(shape.width - 1)) * Float(spacing.width)
    }
    func y(_ row: Float) -> Float { (row - 0.5 * Float(shape.height - 1)) * Float(spacing.height) }
    func z(_ slice: Float) -> Float {
        (slice - 0.5 * Float(shape.depth - 1)) * Float(spacing.depth)
    }
}
