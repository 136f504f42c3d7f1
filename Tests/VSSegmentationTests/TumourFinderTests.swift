import Testing
import VSImaging
import VSSegmentation
import VSTestSupport

struct TumourFinderTests {
    static let spacing = Spacing(depth: 1, height: 1, width: 1)

    /// A cuboid of probability: first voxel (d, h, w), sides and value.
    struct Block {
        var at: (Int, Int, Int)
        var sides: (Int, Int, Int)
        var value: Float
        var edge: Float?
    }

    /// A map on 1 mm voxels, x = 0 in the middle.
    static func map(_ blocks: [Block]) -> ProbabilityMap {
        volume(20, 60, 101, spacing: spacing, origin: [-50, 0, 0]) { d, h, w in
            for block in blocks {
                let (i, j, k) = (d - block.at.0, h - block.at.1, w - block.at.2)
                guard (0..<block.sides.0).contains(i), (0..<block.sides.1).contains(j),
                    (0..<block.sides.2).contains(k)
                else { continue }
                let isEdge = i == 0 || j == 0 || k == 0
                return isEdge ? block.edge ?? block.value : block.value
            }
            return 0.01
        }
    }

    static func find(
        _ blocks: [Block], parameters: SegmentationParameters = .init(), known: [KnownTumour] = [],
        searched: (start: SIMD3<Int>, end: SIMD3<Int>)? = nil
    ) -> (tumours: [SegmentedTumour], dropped: [DroppedComponent]) {
        let map = map(blocks)
        let midline = HeadMidline(map)
        return TumourFinder(
            parameters, assignment: TumourAssignment(midline: midline, known: known)
        ).tumours(in: map, searched: searched)
    }

    @Test("two sides give two tumours, the larger first")
    func twoSides() {
        let (tumours, dropped) = Self.find([
            Block(at: (5, 20, 20), sides: (4, 4, 4), value: 0.95),
            Block(at: (5, 20, 75), sides: (6, 6, 6), value: 0.97),
        ])
        #expect(tumours.map(\.side) == [.left, .right])
        #expect(tumours.map(\.measurement.volumeMm3) == [216, 64])
        #expect(tumours.map(\.mask.voxelCount) == [216, 64])
        #expect(dropped.isEmpty)
    }

    @Test("nothing above the threshold gives no tumour")
    func none() {
        let (tumours, dropped) = Self.find([
            Block(at: (5, 20, 20), sides: (4, 4, 4), value: 0.49)
        ])
        #expect(tumours.isEmpty)
        #expect(dropped.isEmpty)
    }

    @Test("a component under 20 mm³ alone is dropped as small")
    func small() {
        let (tumours, dropped) = Self.find([
            Block(at: (5, 20, 20), sides: (2, 3, 3), value: 0.99)
        ])
        #expect(tumours.isEmpty)
        #expect(dropped.map(\.reason) == [.small])
        #expect(dropped.first?.volumeMm3 == 18)
    }

    @Test("a component of low mean or low peak is dropped as unsure", arguments: [0.65, 0.88])
    func unsure(value: Float) {
        let (tumours, dropped) = Self.find([
            Block(at: (5, 20, 20), sides: (5, 5, 5), value: value)
        ])
        #expect(tumours.isEmpty)
        #expect(dropped.map(\.reason) == [.unsure])
        #expect(abs((dropped.first?.peakProbability ?? 0) - Double(value)) < 1e-6)
    }

    @Test("a high peak does not save a component of low mean")
    func lowMean() {
        let (tumours, dropped) = Self.find([
            Block(at: (5, 20, 20), sides: (2, 2, 5), value: 0.92, edge: 0.5)
        ])
        #expect(tumours.isEmpty)
        #expect(dropped.map(\.reason) == [.unsure])
    }

    @Test("a part within 6 mm belongs to the tumour, one further away does not")
    func parts() throws {
        let near = Self.find([
            Block(at: (5, 20, 20), sides: (5, 5, 5), value: 0.95),
            Block(at: (5, 29, 22), sides: (2, 2, 2), value: 0.95),
        ])
        let tumour = try #require(near.tumours.first)
        #expect(near.tumours.count == 1)
        #expect(tumour.measurement.componentCount == 2)
        #expect(tumour.measurement.volumeMm3 == 133)
        #expect(tumour.mask.voxelCount == 133)
        let far = Self.find([
            Block(at: (5, 20, 20), sides: (5, 5, 5), value: 0.95),
            Block(at: (5, 45, 20), sides: (4, 4, 4), value: 0.95),
        ])
        #expect(far.tumours.map(\.measurement.volumeMm3) == [125])
        #expect(far.dropped.map(\.reason) == [.second])
        #expect(far.dropped.map(\.volumeMm3) == [64])
    }

    @Test("a part above the middle of a wide tumour is near it")
    func partAboveMiddle() {
        // The rows' ends are 20 mm away; the row itself is 3 mm below.
        let (tumours, _) = Self.find([
            Block(at: (5, 20, 5), sides: (2, 3, 40), value: 0.95),
            Block(at: (9, 20, 24), sides: (2, 2, 2), value: 0.95),
        ])
        #expect(tumours.first?.measurement.componentCount == 2)
    }

    @Test("the tumour of the earlier exam is kept against a larger component")
    func known() {
        let (tumours, dropped) = Self.find(
            [
                Block(at: (5, 40, 80), sides: (6, 6, 6), value: 0.97),
                Block(at: (5, 10, 72), sides: (4, 4, 4), value: 0.95),
            ], known: [KnownTumour(side: .left, centroid: [24, 12, 6])])
        #expect(tumours.map(\.measurement.volumeMm3) == [64])
        #expect(tumours.first?.basis == .nearEarlierExam)
        #expect(dropped.map(\.reason) == [.second])
    }

    @Test("the rule's numbers are parameters")
    func parameters() {
        var parameters = SegmentationParameters()
        parameters.smallestComponentMm3 = 10
        parameters.componentPeak = 0.6
        parameters.componentMean = 0.6
        let (tumours, _) = Self.find(
            [Block(at: (5, 20, 20), sides: (2, 3, 3), value: 0.65)], parameters: parameters)
        #expect(tumours.count == 1)
    }

    @Test("a tumour at the edge of the searched field is said to be cut off")
    func cutOff() throws {
        let block = Block(at: (5, 20, 20), sides: (8, 8, 8), value: 0.95)
        let whole = try #require(Self.find([block]).tumours.first)
        #expect(whole.cautions.isEmpty)
        let boxed = Self.find([block], searched: (start: [0, 0, 20], end: [20, 60, 101]))
        #expect(boxed.tumours.first?.cautions == [.cutOff])
    }

    @Test("small tumours and thick slices lower the confidence")
    func cautions() {
        let map = volume(
            8, 40, 40, spacing: Spacing(depth: 3, height: 1, width: 1), origin: [-20, 0, 0]
        ) { d, h, w in (2..<5).contains(d) && (9..<13).contains(h) && (9..<13).contains(w) ? 1 : 0 }
        let finder = TumourFinder(
            .init(), assignment: TumourAssignment(midline: HeadMidline(map)))
        #expect(
            finder.tumours(in: map).tumours.first?.cautions == [.smallTumour, .thickSlices])
    }

    @Test("a finding at the midline is no tumour, where the midline is known")
    func place() {
        let map = Self.map([
            Block(at: (5, 20, 47), sides: (6, 6, 6), value: 0.99),
            Block(at: (5, 20, 75), sides: (4, 4, 4), value: 0.97),
        ])
        let found = TumourFinder(
            .init(), assignment: TumourAssignment(midline: HeadMidline(head()))
        ).tumours(in: map)
        #expect(found.tumours.map(\.measurement.volumeMm3) == [64])
        #expect(found.dropped.map(\.reason) == [.place])
        let unknown = Self.find([Block(at: (5, 20, 47), sides: (6, 6, 6), value: 0.99)])
        #expect(unknown.tumours.count == 1)
    }
}
