import VSImaging
package import VSNetwork
import VSSegmentation

/// Runs the network over whole training cases and notes where it sees tumour wrongly.
package struct FalsePositiveSearch {
    /// Voxels at or above this count as seen.
    static let threshold: Float = 0.3
    /// What is seen in fewer voxels is left alone.
    static let smallest = 8
    /// At most so many places of one case, those of the most voxels.
    static let mostPlaces = 8
    /// Memory that one pass should take at most, bytes.
    static let memoryLimit = 2 << 30

    /// Places are counted in voxels, so any affine will do.
    private static let unit = Affine(spacing: Spacing(depth: 1, height: 1, width: 1))

    let cases: [PreparedCase]
    let architecture: Architecture
    /// Cases in a round.
    let count: Int

    package init(cases: [PreparedCase], architecture: Architecture, count: Int) {
        self.cases = cases
        self.architecture = architecture
        self.count = count
    }

    /// The cases of a round: half tumour-free, half not, each in turn over the rounds, in leaps, so that
    /// every round meets all of the data sets, which lie one after the other.
    package func cases(ofRound round: Int) -> [Int] {
        let free = cases.indices.filter { cases[$0].tumour.isEmpty }
        let bearing = cases.indices.filter { !cases[$0].tumour.isEmpty }
        let freeCount = min(free.count, bearing.isEmpty ? count : count / 2)
        let bearingCount = min(bearing.count, count - freeCount)
        func turn(_ list: [Int], _ n: Int) -> [Int] {
            let leap = Self.leap(list.count)
            return (0..<n).map { list[(round * n + $0) * leap % list.count] }
        }
        return turn(free, freeCount) + turn(bearing, bearingCount)
    }

    /// A step without a common divisor with `count`, near its golden section, so that leaps meet every
    /// place once before any twice and never crowd.
    static func leap(_ count: Int) -> Int {
        func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : divisor(b, a % b) }
        let section = max(1, Int((Double(count) * 0.618).rounded()))
        return (section...section + count).first { divisor($0, count) == 1 } ?? 1
    }

    /// Searches the cases of a round.
    package func run(
        round: Int, values: ParameterValues
    ) throws -> [(index: Int, places: [SIMD3<Int32>])] {
        let network = PreparedUNet(architecture: architecture, values: values)
        return try cases(ofRound: round).map { ($0, try places(in: cases[$0], network)) }
    }

    private func places(
        in item: PreparedCase, _ network: PreparedUNet
    ) throws -> [SIMD3<Int32>] {
        let shape = GridShape(
            depth: item.shape.depth, height: item.shape.height, width: item.shape.width)
        // A case that takes more is run the thriftiest way all the same: training has it in memory anyway.
        let plan =
            (try? WindowPlan.whole(
                shape, scan: shape, architecture: architecture, limitBytes: Self.memoryLimit))
            ?? WindowPlan(
                volume: shape, window: architecture.window(covering: item.shape), overlap: 0,
                memory: .least)
        let workspace = try network.makeWorkspace(for: plan.window, memory: plan.memory)
        let map = try SlidingWindow(plan).run(
            Volume(shape: shape, affine: Self.unit, voxels: item.image), progress: { _ in },
            isCancelled: { false }
        ) { input, output in
            network.foregroundProbability(of: input, into: output, workspace: workspace)
        }
        let seen = Mask(
            shape: shape, affine: Self.unit,
            voxels: map.voxels.map { $0 >= Self.threshold ? 1 : 0 })
        let wrong = ConnectedComponents(seen).components.filter { component in
            component.count >= Self.smallest && !component.voxels.contains { item.truth[$0] == 1 }
        }
        return wrong.prefix(Self.mostPlaces).map { Self.centre(of: $0, shape) }
    }

    private static func centre(
        of component: ConnectedComponents.Component, _ shape: GridShape
    ) -> SIMD3<Int32> {
        var sum = SIMD3<Int>.zero
        for at in component.voxels {
            sum &+= SIMD3(
                at / shape.width / shape.height, at / shape.width % shape.height,
                at % shape.width)
        }
        return SIMD3<Int32>(truncatingIfNeeded: sum / component.count)
    }
}
