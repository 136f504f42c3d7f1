import Foundation
import Testing
import VSImaging
import VSNetwork
import VSSegmentation
import VSTestSupport

struct SlidingWindowTests {
    static let window = WindowShape(depth: 4, height: 16, width: 16)

    static func run(
        _ volume: Volume, window: WindowShape = window, overlap: Double = 0.25,
        predict: SlidingWindow.Predictor
    ) throws -> ProbabilityMap {
        try SlidingWindow(WindowPlan(volume: volume.shape, window: window, overlap: overlap)).run(
            volume, progress: { _ in }, isCancelled: { false }, predict: predict)
    }

    static let shapes: [(Int, Int, Int)] = [
        (4, 16, 16), (3, 10, 16), (9, 40, 33), (5, 16, 50), (1, 17, 15),
    ]

    @Test(
        "blending equals direct prediction where each voxel is predicted by itself",
        arguments: shapes, [0, 0.25, 0.5])
    func pointwise(sides: (Int, Int, Int), overlap: Double) throws {
        let scan = volume(sides.0, sides.1, sides.2) { scatter($0, $1, $2) / 1009 }
        let result = try Self.run(scan, overlap: overlap) { input, output in
            for index in input.indices { output[index] = input[index] * input[index] }
        }
        #expect(result.shape == scan.shape)
        // Float32: a weighted mean of equal numbers, each product and sum rounded.
        #expect(zip(result.voxels, scan.voxels).allSatisfy { abs($0 - $1 * $1) < 1e-6 })
    }

    @Test("probability one everywhere stays exactly one")
    func ones() throws {
        let result = try Self.run(volume(9, 40, 33, scatter)) { _, output in
            output.update(repeating: 1)
        }
        #expect(result.voxels.allSatisfy { $0 == 1 })
    }

    @Test("where windows disagree, each counts by its Gaussian weight")
    func weighting() throws {
        // Two windows along the width, at columns 0 and 8; the first says 0, the second 1.
        let scan = volume(4, 16, 24) { _, _, _ in 0 }
        var calls: Float = 0
        let result = try Self.run(scan, overlap: 0.5) { _, output in
            output.update(repeating: calls)
            calls += 1
        }
        #expect(calls == 2)
        let weights = ImportanceMap(Self.window).weights
        // The middle slices and rows, so that no weight is held up by the floor.
        for w in 8..<16 {
            let first = weights[(1 * 16 + 7) * 16 + w]
            let second = weights[(1 * 16 + 7) * 16 + w - 8]
            #expect(abs(result[1, 7, w] - second / (first + second)) < 1e-6)
        }
        #expect(result[1, 7, 3] == 0)
        #expect(result[1, 7, 20] == 1)
    }

    @Test("a volume smaller than a window is continued by its edge")
    func padding() throws {
        let scan = volume(2, 3, 4) { d, h, w in Float(100 * d + 10 * h + w) }
        var seen: [Float] = []
        _ = try Self.run(scan) { input, output in
            seen = Array(input)
            output.update(repeating: 0)
        }
        #expect(seen[(1 * 16 + 2) * 16 + 3] == 123)
        #expect(seen[(3 * 16 + 15) * 16 + 15] == 123)
        #expect(seen[(0 * 16 + 9) * 16 + 2] == 22)
    }

    @Test(
        "the importance map is MONAI's: exp(-x²/2s²) by axis, s an eighth of the side, 0.001 least")
    func importance() {
        let side = WindowShape(depth: 4, height: 16, width: 8)
        let weights = ImportanceMap(side).weights
        func gauss(_ index: Int, _ count: Int) -> Double {
            let x = Double(index) - Double(count - 1) / 2
            let sigma = Double(count) / 8
            return exp(-x * x / (2 * sigma * sigma))
        }
        #expect(weights.count == side.count)
        // By hand: the corner of each axis is 1.5, 7.5 and 3.5 from the centre.
        #expect(weights[0] == 1e-3)
        #expect(abs(Double(weights[(1 * 16 + 7) * 8 + 3]) - exp(-0.5 - 0.03125 - 0.125)) < 1e-6)
        for d in 0..<4 {
            for h in 0..<16 {
                for w in 0..<8 {
                    let expected = max(gauss(d, 4) * gauss(h, 16) * gauss(w, 8), 1e-3)
                    #expect(abs(Double(weights[(d * 16 + h) * 8 + w]) - expected) < 1e-6)
                }
            }
        }
    }

    @Test("progress rises to one")
    func progress() throws {
        let scan = volume(4, 40, 40, scatter)
        var told: [Double] = []
        let plan = WindowPlan(volume: scan.shape, window: Self.window, overlap: 0.25)
        _ = try SlidingWindow(plan).run(
            scan, progress: { told.append($0) }, isCancelled: { false }
        ) { _, output in output.update(repeating: 0) }
        #expect(told == told.sorted())
        #expect(told.last == 1)
        #expect(told.count == plan.starts.count)
    }

    @Test("a cancelled run stops at the next window and throws", arguments: [0, 1, 3])
    func cancels(after windows: Int) {
        let scan = volume(4, 40, 40, scatter)
        let plan = WindowPlan(volume: scan.shape, window: Self.window, overlap: 0.25)
        var calls = 0
        let error = #expect(throws: SegmentationError.self) {
            try SlidingWindow(plan).run(
                scan, progress: { _ in }, isCancelled: { calls >= windows }
            ) { _, output in
                output.update(repeating: 0)
                calls += 1
            }
        }
        #expect(error?.code == .cancelled)
        #expect(calls == windows)
    }

    @Test("an interruption during the only window counts")
    func cancelsDuringOnlyWindow() {
        let scan = volume(4, 16, 16, scatter)
        var wasAsked = false
        #expect(throws: SegmentationError.self) {
            try SlidingWindow(
                WindowPlan(volume: scan.shape, window: Self.window, overlap: 0.25)
            ).run(scan, progress: { _ in }, isCancelled: { wasAsked }) { _, output in
                output.update(repeating: 1)
                wasAsked = true
            }
        }
    }
}
