import Testing
import VSImaging

@Suite struct DistanceTransformTests {
    @Test(
        "distances are those to the nearest of all seeds, on unequal spacings",
        arguments: [
            Spacing(depth: 1, height: 1, width: 1), Spacing(depth: 3, height: 0.45, width: 0.6),
            Spacing(depth: 0.4, height: 2, width: 0.3),
        ], [0.004, 0.03, 0.3])
    func bruteForce(spacing: Spacing, density: Double) {
        let shape = GridShape(depth: 6, height: 9, width: 11)
        var mask = randomMask(shape, spacing: spacing, density: density, seed: 4)
        mask[5, 0, 10] = 1
        let seeds = mask.voxels.indices.filter { mask.voxels[$0] == 1 }
        let found = DistanceTransform(
            isSeed: mask.voxels.map { $0 == 1 }, shape: shape, spacing: spacing
        ).squaredMm2
        for at in 0..<shape.count {
            let p = place(at, in: shape)
            var nearest = Double.infinity
            for seed in seeds {
                let q = place(seed, in: shape)
                let d = Double(p.d - q.d) * spacing.depth
                let h = Double(p.h - q.h) * spacing.height
                let w = Double(p.w - q.w) * spacing.width
                nearest = min(nearest, d * d + h * h + w * w)
            }
            #expect(abs(found[at] - nearest) <= 1e-10 * max(1, nearest), "voxel \(p)")
        }
    }

    @Test func `without seeds every distance is infinite`() {
        let found = DistanceTransform(
            isSeed: .init(repeating: false, count: 24),
            shape: .init(depth: 2, height: 3, width: 4),
            spacing: .init(depth: 1, height: 2, width: 3)
        ).squaredMm2
        #expect(found.allSatisfy { $0 == .infinity })
    }
}
