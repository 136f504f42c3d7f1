import Testing
import VSImaging
import VSTestSupport

/// Values between voxels by Catmull-Rom cubics.
struct CubicSamplingTests {
    private static let spacing = Spacing(depth: 1.5, height: 0.5, width: 0.4)

    @Test("on its own grid a volume keeps every bit")
    func identity() {
        let whole = volume(5, 6, 7, spacing: Self.spacing, scatter)
        #expect(whole.sampledCubic(shape: whole.shape, affine: whole.affine) == whole)
    }

    @Test("a quadratic is met between voxels, away from the edge")
    func quadratic() {
        let whole = volume(9, 9, 9, spacing: Self.spacing) { d, h, w in
            Float(d * d + 2 * h * w + 3 * w)
        }
        var affine = whole.affine
        affine.origin = affine.point(3.25, 2.5, 3.75)
        let shape = GridShape(depth: 2, height: 3, width: 2)
        let part = whole.sampledCubic(shape: shape, affine: affine)
        for d in 0..<2 {
            for h in 0..<3 {
                for w in 0..<2 {
                    let (x, y, z) = (3.25 + Float(d), 2.5 + Float(h), 3.75 + Float(w))
                    // Single precision of values up to 100.
                    #expect(abs(part[d, h, w] - (x * x + 2 * y * z + 3 * z)) < 1e-3)
                }
            }
        }
    }

    @Test("outside the edge its values repeat")
    func edge() {
        let whole = volume(3, 3, 3, spacing: Self.spacing, scatter)
        var affine = whole.affine
        affine.origin = affine.point(-5, 0, 0)
        let part = whole.sampledCubic(
            shape: GridShape(depth: 1, height: 3, width: 3), affine: affine)
        #expect(part.voxels == Array(whole.voxels[0..<9]))
    }
}
