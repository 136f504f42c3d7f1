import Testing
import VSImaging

@Suite struct AffineTests {
    private let oblique = Affine(
        origin: [-12.5, 30, 7.25], depthStep: [0.1, -0.875, 1.25], heightStep: [-0.1, 0.5, 0.35],
        widthStep: [0.5, 0.02, -0.04])

    @Test func `a point goes to its voxel and back`() throws {
        for voxel in [SIMD3(0.0, 0, 0), [3, 1, 4], [-1.5, 9.25, 2.6]] {
            let point = oblique.point(voxel.x, voxel.y, voxel.z)
            #expect((try #require(oblique.voxel(at: point)) - voxel).length < 1e-10)
        }
    }

    @Test func `spacing and voxel volume come from the steps`() {
        let affine = Affine(
            origin: .zero, depthStep: [0, 0, -3], heightStep: [0, 4, 3], widthStep: [-2, 0, 0])
        #expect(affine.spacing == Spacing(depth: 3, height: 5, width: 2))
        #expect(affine.voxelVolumeMm3 == 24)
    }

    @Test func `a singular affine has no inverse`() {
        var flat = oblique
        flat.depthStep = 2 * flat.heightStep - flat.widthStep
        #expect(flat.inverse == nil)
        #expect(flat.voxel(at: .zero) == nil)
    }

    @Test func `a mask's volume is its count times the voxel's volume`() {
        let shape = GridShape(depth: 2, height: 2, width: 3)
        var mask = Mask(shape: shape, affine: oblique, voxels: .init(repeating: 0, count: 12))
        #expect(mask.isEmpty)
        #expect(mask.volumeMm3() == 0)
        mask[1, 0, 2] = 1
        mask[0, 1, 1] = 1
        #expect(mask.voxels[8] == 1)
        #expect(mask.voxelCount == 2)
        #expect(mask.volumeMm3() == 2 * oblique.voxelVolumeMm3)
    }
}
