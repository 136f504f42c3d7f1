import Testing
import VSImaging
import VSNetwork
import VSSegmentation

/// From cells of an attention map to the boxes that are run whole.
struct ProposalBoxTests {
    private static let multiple = WindowShape(depth: 4, height: 16, width: 16)
    private static let shape = GridShape(depth: 60, height: 512, width: 512)

    private func cell(_ d: Int, _ h: Int, _ w: Int) -> VoxelRange {
        VoxelRange(start: [d, h, w], end: [d + 2, h + 8, w + 8])
    }

    private func boxes(_ cells: [VoxelRange], in shape: GridShape = shape) -> [VoxelRange]? {
        Proposals(cells: cells, in: shape, multiple: Self.multiple)?.boxes
    }

    @Test("a cell brings its surroundings, in sides the network takes")
    func one() throws {
        let box = try #require(boxes([cell(30, 200, 300)])?.first)
        #expect(box.start.x <= 18 && box.end.x >= 44)
        #expect(box.start.y <= 120 && box.end.y >= 288)
        #expect(box.start.z <= 220 && box.end.z >= 388)
        let side = box.end &- box.start
        #expect(side.x % 4 == 0 && side.y % 16 == 0 && side.z % 16 == 0)
        #expect(side.x <= 32 && side.y <= 192 && side.z <= 192)
        #expect(box.start.x % 4 == 0 && box.start.y % 16 == 0 && box.start.z % 16 == 0)
    }

    @Test("near cells share a box, far ones do not, and no two boxes overlap")
    func several() throws {
        let together = try #require(boxes([cell(30, 200, 300), cell(30, 208, 300)]))
        #expect(together.count == 1)
        let apart = try #require(boxes([cell(30, 200, 100), cell(30, 200, 400)]))
        #expect(apart.count == 2)
        #expect(!apart[0].overlaps(apart[1]))
        // A chain: the third joins the first two, which did not touch.
        let chain = try #require(
            boxes([cell(30, 200, 90), cell(30, 200, 390), cell(30, 200, 240)]))
        #expect(chain.count == 1)
    }

    @Test("boxes stay within the volume, whatever its size")
    func edges() throws {
        for shape in [Self.shape, GridShape(depth: 61, height: 511, width: 513)] {
            let corners = [cell(0, 0, 0), cell(shape.depth - 1, shape.height - 5, shape.width - 3)]
            for box in try #require(boxes(corners, in: shape)) {
                #expect(box.start.min() >= 0)
                #expect(box.end.x <= shape.depth && box.end.y <= shape.height)
                #expect(box.end.z <= shape.width)
            }
        }
    }

    @Test("with nothing to look at, or nearly everything, there are no boxes")
    func none() {
        #expect(boxes([]) == nil)
        let many = stride(from: 0, to: 512, by: 64).flatMap { h in
            stride(from: 0, to: 512, by: 64).map { cell(30, h, $0) }
        }
        let all = many + many.map { VoxelRange(start: $0.start &- [20, 0, 0], end: $0.end) }
        #expect(boxes(all) == nil)
        #expect(boxes([cell(4, 20, 20)], in: GridShape(depth: 12, height: 64, width: 64)) == nil)
    }

    @Test("cells are those that reach the threshold, at their place in the volume")
    func cells() {
        var map = [Float](repeating: 0.01, count: 2 * 3 * 4)
        map[1 * 12 + 2 * 4 + 3] = 0.5
        map[0] = Proposals.threshold
        let found = Proposals.cells(
            map, WindowShape(depth: 2, height: 3, width: 4),
            window: WindowShape(depth: 4, height: 24, width: 32), at: [10, 20, 30])
        #expect(found.count == 2)
        #expect(found[0] == VoxelRange(start: [10, 20, 30], end: [12, 28, 38]))
        #expect(found[1] == VoxelRange(start: [12, 36, 54], end: [14, 44, 62]))
    }

    @Test("what reaches a face of its box is seen, but not at the volume's own edge")
    func faces() {
        var map = ProbabilityMap(
            shape: GridShape(depth: 4, height: 6, width: 6),
            affine: Affine(spacing: Spacing(depth: 1, height: 1, width: 1)),
            voxels: Array(repeating: 0, count: 144))
        let box = VoxelRange(start: [0, 1, 1], end: [3, 5, 6])
        map[1, 3, 3] = 0.9
        #expect(!map.reaches(0.5, onFacesOf: box))
        map[0, 3, 5] = 0.9
        #expect(!map.reaches(0.5, onFacesOf: box))
        map[2, 3, 3] = 0.9
        #expect(map.reaches(0.5, onFacesOf: box))
    }
}
