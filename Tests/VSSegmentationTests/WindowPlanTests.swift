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
            memory: plan.memory
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

    @Test("one window covers the volume, suits the network and is no larger", arguments: shapes)
    func covers(shape: GridShape) throws {
        let plan = try WindowPlan.whole(
            shape, scan: shape, architecture: Self.architecture, limitBytes: 8 << 30)
        #expect(plan.starts == [.zero])
        let step = Self.architecture.multiple
        let axes = [
            (shape.depth, plan.window.depth, step.depth),
            (shape.height, plan.window.height, step.height),
            (shape.width, plan.window.width, step.width),
        ]
        for (length, window, step) in axes {
            #expect(window % step == 0)
            #expect(window >= length && window < length + step)
        }
    }

    @Test("windows of a fixed size cover every voxel, each with a neighbour", arguments: shapes)
    func fixed(shape: GridShape) {
        let window = WindowShape(depth: 16, height: 64, width: 64)
        let plan = WindowPlan(volume: shape, window: window, overlap: 0.25)
        let axes: [(Int, Int, KeyPath<SIMD3<Int>, Int>)] = [
            (shape.depth, window.depth, \.x), (shape.height, window.height, \.y),
            (shape.width, window.width, \.z),
        ]
        for (length, window, axis) in axes {
            let starts = Set(plan.starts.map { $0[keyPath: axis] }).sorted()
            #expect(starts.first == 0)
            #expect((starts.last ?? 0) + window >= length)
            for (a, b) in zip(starts, starts.dropFirst()) { #expect(b < a + window) }
        }
    }

    @Test("the fastest way that fits is taken, and none where none does", arguments: shapes)
    func fastest(shape: GridShape) throws {
        func plan(_ limit: Int) throws -> WindowPlan {
            try WindowPlan.whole(
                shape, scan: shape, architecture: Self.architecture, limitBytes: limit)
        }
        let fast = try plan(8 << 30)
        #expect(fast.memory == .fast)
        var uses = [fast.memory]
        var last = fast
        while let next = try? plan(Self.bytes(last, scan: shape) - 1) {
            #expect(Self.bytes(next, scan: shape) < Self.bytes(last, scan: shape))
            #expect(next.window == fast.window && next.starts == fast.starts)
            uses.append(next.memory)
            last = next
        }
        // Of few slices each way keeps all there is.
        if shape.depth > 24 { #expect(uses == [.fast, .lean, .least]) }
    }

    @Test("the paper's box runs the fastest way by default, a large scan in its whole all the same")
    func defaults() throws {
        let scan = GridShape(depth: 80, height: 512, width: 512)
        let limit = SegmentationParameters().memoryLimitBytes
        let box = try WindowPlan.whole(
            GridShape(depth: 33, height: 125, width: 250), scan: scan,
            architecture: Self.architecture, limitBytes: limit)
        #expect(box.memory == .fast)
        #expect(box.window == WindowShape(depth: 36, height: 128, width: 256))
        let whole = try WindowPlan.whole(
            scan, scan: scan, architecture: Self.architecture, limitBytes: limit)
        #expect(whole.memory == .lean)
        let least = try WindowPlan.whole(
            scan, scan: scan, architecture: Self.architecture, limitBytes: 1300 << 20)
        #expect(least.memory == .least)
    }

    @Test("a limit too small is refused with both numbers, and the one it names suffices")
    func refuses() throws {
        let shape = GridShape(depth: 60, height: 512, width: 512)
        func plan(_ mebibytes: Int) throws -> WindowPlan {
            try WindowPlan.whole(
                shape, scan: shape, architecture: Self.architecture, limitBytes: mebibytes << 20)
        }
        let error = #expect(throws: SegmentationError.self) { try plan(10) }
        #expect(error?.code == .memory)
        let numbers = (error?.message ?? "").split(separator: " ").compactMap { Int($0) }
        #expect(numbers.count == 2 && numbers.last == 10)
        let least = try #require(numbers.first)
        #expect(try plan(least).memory == .least)
        #expect(throws: SegmentationError.self) { try plan(least - 1) }
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
        #expect(estimate.bytes >= taken + 8 * window.count + 16 * shape.count)
    }
}
