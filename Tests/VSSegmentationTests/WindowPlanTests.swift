import Testing
import VSImaging
import VSNetwork
import VSSegmentation
import VSTestSupport

struct WindowPlanTests {
    static let architecture = Architecture()

    static func bytes(_ plan: WindowPlan, scan: GridShape) -> Int {
        MemoryEstimate(
            window: plan.window, searched: plan.volume, scan: scan, architecture: architecture,
            skips: plan.skips
        ).bytes
    }

    @Test("windows start as MONAI's do: at multiples of the step, the last moved back")
    func starts() {
        let plan = WindowPlan(
            volume: GridShape(depth: 10, height: 16, width: 40),
            window: WindowShape(depth: 4, height: 16, width: 16), overlap: 0.25)
        #expect(Set(plan.starts.map(\.x)).sorted() == [0, 3, 6])
        #expect(Set(plan.starts.map(\.y)) == [0])
        #expect(Set(plan.starts.map(\.z)).sorted() == [0, 12, 24])
        #expect(plan.starts.count == 9)
    }

    static let shapes: [GridShape] = [
        GridShape(depth: 60, height: 512, width: 512),
        GridShape(depth: 33, height: 125, width: 250),
        GridShape(depth: 7, height: 300, width: 90), GridShape(depth: 140, height: 160, width: 130),
        GridShape(depth: 1, height: 1, width: 1),
    ]

    @Test("every voxel lies in a window, and every window suits the network", arguments: shapes)
    func covers(shape: GridShape) throws {
        let plan = try WindowPlan.fitting(
            shape, scan: shape, architecture: Self.architecture, limitBytes: 1 << 30, overlap: 0.25)
        let step = Self.architecture.multiple
        #expect(plan.window.depth % step.depth == 0)
        #expect(plan.window.height % step.height == 0)
        #expect(plan.window.width % step.width == 0)
        let axes: [(Int, Int, KeyPath<SIMD3<Int>, Int>)] = [
            (shape.depth, plan.window.depth, \.x), (shape.height, plan.window.height, \.y),
            (shape.width, plan.window.width, \.z),
        ]
        for (length, window, axis) in axes {
            let starts = Set(plan.starts.map { $0[keyPath: axis] }).sorted()
            #expect(starts.first == 0)
            #expect((starts.last ?? 0) + window >= length)
            for (a, b) in zip(starts, starts.dropFirst()) { #expect(b <= a + window) }
        }
    }

    @Test("a plan keeps to its memory limit", arguments: shapes, [500, 700, 1500, 3000])
    func bounded(shape: GridShape, mebibytes: Int) throws {
        let plan = try WindowPlan.fitting(
            shape, scan: shape, architecture: Self.architecture, limitBytes: mebibytes << 20,
            overlap: 0.25)
        #expect(Self.bytes(plan, scan: shape) <= mebibytes << 20)
    }

    @Test("the paper's box is one window by default")
    func boxInOnePiece() throws {
        let box = GridShape(depth: 33, height: 125, width: 250)
        let plan = try WindowPlan.fitting(
            box, scan: GridShape(depth: 60, height: 512, width: 512),
            architecture: Self.architecture,
            limitBytes: SegmentationParameters().memoryLimitBytes, overlap: 0.25)
        #expect(plan.starts.count == 1)
        #expect(plan.window == WindowShape(depth: 36, height: 128, width: 256))
    }

    @Test("a limit short of the finest features runs the whole field all the same")
    func wholeInLess() throws {
        let field = GridShape(depth: 64, height: 384, width: 384)
        let plans = try [3000, 1200].map {
            try WindowPlan.fitting(
                field, scan: field, architecture: Self.architecture, limitBytes: $0 << 20,
                overlap: 0.25)
        }
        #expect(plans.map(\.starts.count) == [1, 1])
        #expect(plans.map(\.skips) == [.kept, .recomputed])
    }

    @Test("a smaller limit never means less work, and overlaps are at least as asked")
    func work() throws {
        let shape = GridShape(depth: 60, height: 512, width: 512)
        var last = 0
        for mebibytes in [6000, 3000, 1500, 800] {
            let plan = try WindowPlan.fitting(
                shape, scan: shape, architecture: Self.architecture,
                limitBytes: mebibytes << 20, overlap: 0.25)
            let work = plan.starts.count * plan.window.count
            #expect(work >= last)
            // Twice the volume would be a poor plan with windows of this size.
            #expect(work < 2 * shape.count)
            last = work
        }
    }

    @Test("a limit too small for any window is refused with both numbers")
    func refuses() {
        let shape = GridShape(depth: 60, height: 512, width: 512)
        let error = #expect(throws: SegmentationError.self) {
            try WindowPlan.fitting(
                shape, scan: shape, architecture: Self.architecture, limitBytes: 10 << 20,
                overlap: 0.25)
        }
        #expect(error?.code == .memory)
        #expect(error?.message.contains("10 MiB") == true)
    }

    @Test("the estimate covers the activations a window really takes")
    func estimate() throws {
        let architecture = Architecture(baseWidth: 4)
        let model = PreparedUNet(
            architecture: architecture,
            values: ParameterValues(layout: ParameterLayout(architecture)))
        let window = WindowShape(depth: 8, height: 32, width: 32)
        let shape = GridShape(depth: 8, height: 32, width: 32)
        let estimate = MemoryEstimate(
            window: window, searched: shape, scan: shape, architecture: architecture)
        let taken = try model.makeWorkspace(for: window).bytes
        #expect(estimate.activationBytes >= taken)
        #expect(estimate.bytes >= taken + 12 * window.count + 16 * shape.count)
    }
}
