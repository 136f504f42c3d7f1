import Testing
import VSImaging

@Suite struct ConnectedComponentsTests {
    private let spacing = Spacing(depth: 1, height: 1, width: 1)

    /// Components by merging the labels of every pair of foreground voxels that touch.
    private func bruteForce(_ mask: Mask) -> Set<[Int]> {
        let set = mask.voxels.indices.filter { mask.voxels[$0] == 1 }
        var label = Dictionary(uniqueKeysWithValues: set.map { ($0, $0) })
        for a in set {
            let p = place(a, in: mask.shape)
            for b in set where b > a {
                let q = place(b, in: mask.shape)
                guard abs(p.d - q.d) <= 1, abs(p.h - q.h) <= 1, abs(p.w - q.w) <= 1 else {
                    continue
                }
                let (old, new) = (label[b], label[a])
                for c in set where label[c] == old { label[c] = new }
            }
        }
        return Set(Dictionary(grouping: set) { label[$0] ?? -1 }.values)
    }

    @Test(
        "components are those of comparing every pair of voxels",
        arguments: [0.02, 0.05, 0.1, 0.2], [1, 2, 3] as [UInt64])
    func random(density: Double, seed: UInt64) {
        let shape = GridShape(depth: 5, height: 7, width: 9)
        let mask = randomMask(shape, spacing: spacing, density: density, seed: seed)
        let found = ConnectedComponents(mask).components
        #expect(Set(found.map(\.voxels)) == bruteForce(mask), "seed \(seed)")
        #expect(found.map(\.count) == found.map(\.count).sorted(by: >))
    }

    @Test func `voxels that share only a corner are one component`() {
        let shape = GridShape(depth: 2, height: 2, width: 2)
        var mask = randomMask(shape, spacing: spacing, density: 0, seed: 1)
        #expect(ConnectedComponents(mask).components.isEmpty)
        mask[0, 0, 0] = 1
        mask[1, 1, 1] = 1
        #expect(ConnectedComponents(mask).components.map(\.voxels) == [[0, 7]])
    }

    @Test func `the end of one row does not touch the start of the next`() {
        let shape = GridShape(depth: 1, height: 2, width: 4)
        var mask = randomMask(shape, spacing: spacing, density: 0, seed: 1)
        mask[0, 0, 3] = 1
        mask[0, 1, 0] = 1
        #expect(ConnectedComponents(mask).components.map(\.voxels) == [[3], [4]])
    }

    @Test func `the largest comes first, and a mask of some holds only those`() {
        let shape = GridShape(depth: 1, height: 5, width: 5)
        var mask = randomMask(shape, spacing: spacing, density: 0, seed: 1)
        for (h, w) in [(0, 0), (4, 0), (4, 1), (4, 2), (0, 4)] { mask[0, h, w] = 1 }
        let components = ConnectedComponents(mask).components
        #expect(components.map(\.voxels) == [[20, 21, 22], [0], [4]])
        let largest = ConnectedComponents.mask(
            of: [components[0]], shape: shape, affine: mask.affine)
        #expect(largest.voxels.indices.filter { largest.voxels[$0] == 1 } == [20, 21, 22])
    }
}
