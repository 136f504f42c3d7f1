/// The volume and the box of a deformed solid at scale 1.
///
/// Cells of 0.4 mm, each counted by the share of it that lies inside, which the signed distance at its
/// centre gives to first order; the error of the sum is below 0.5 % for the shapes at hand.
struct ShapeMeasurement {
    var volumeMm3: Double
    var box: ShapeBox

    private static let cellMm: Float = 0.4

    init(of solid: DistanceGrid, deformation: SmoothDeformation) {
        let cell = Self.cellMm
        let low = solid.origin - 2
        let size = (solid.upper + 2 - low) / cell
        var sum = 0.0
        var least = SIMD3<Float>(repeating: .infinity)
        var greatest = SIMD3<Float>(repeating: -.infinity)
        for k in 0..<Int(size.z) {
            for j in 0..<Int(size.y) {
                for i in 0..<Int(size.x) {
                    let point = low + cell * SIMD3(Float(i), Float(j), Float(k))
                    let distance = solid.value(at: deformation.source(of: point))
                    let share = max(0, min(1, 0.5 - distance / cell))
                    guard share > 0 else { continue }
                    sum += Double(share)
                    least = pointwiseMin(least, point)
                    greatest = pointwiseMax(greatest, point)
                }
            }
        }
        volumeMm3 = sum * Double(cell * cell * cell)
        box = ShapeBox(lower: least - cell, upper: greatest + cell)
    }
}
