import CKernels
import Foundation
import Testing
import VSNetwork

extension KernelVariantTests {
    private static let shape = WindowShape(depth: 2, height: 3, width: 7)
    private static let stridesOfPooling = [
        WindowShape(depth: 1, height: 2, width: 2), WindowShape(depth: 2, height: 2, width: 2),
    ]

    @Test("ReLU forward and backward, in place")
    func relu() async {
        await #expect(processExitsWith: .success) {
            try Self.inEachInstructionSet { set in
                var numbers = SeededNumbers(seed: 31)
                let x = PlainTensor(batch: 2, channels: 19, shape: Self.shape, random: &numbers)
                let dy = PlainTensor(batch: 2, channels: 19, shape: Self.shape, random: &numbers)
                let (y, gradient) = (try BlockedTensor(x), try BlockedTensor(dy))
                vsdb_relu_forward_f32(&y.raw)
                Self.expectClose(y, x.map { max($0, 0) }, "\(set) forward", tolerance: 0)
                vsdb_relu_backward_f32(&y.raw, &gradient.raw)
                var expected = dy
                for index in x.values.indices where x.values[index] <= 0 {
                    expected.values[index] = 0
                }
                Self.expectClose(gradient, expected, "\(set) backward", tolerance: 0)
            }
        }
    }

    @Test("max pooling, and its gradient added at each cell's first maximum")
    func maxPooling() async {
        await #expect(processExitsWith: .success) {
            try Self.inEachInstructionSet { set in
                var numbers = SeededNumbers(seed: 32)
                for stride in Self.stridesOfPooling { try Self.pool(stride, set, &numbers) }
            }
        }
    }

    private static func pool(
        _ stride: WindowShape, _ set: String, _ numbers: inout SeededNumbers
    ) throws {
        let coarse = WindowShape(depth: 2, height: 3, width: 5)
        let fine = WindowShape(
            depth: 2 * stride.depth, height: 3 * stride.height, width: 5 * stride.width)
        // Few different values, so that many cells have their maximum more than once.
        let x = PlainTensor(batch: 2, channels: 19, shape: fine, random: &numbers)
            .map { ($0 * 2).rounded() }
        let before = PlainTensor(batch: 2, channels: 19, shape: fine, random: &numbers)
        let dy = PlainTensor(batch: 2, channels: 19, shape: coarse, random: &numbers)
        var (y, dx) = (PlainTensor(batch: 2, channels: 19, shape: coarse), before)
        y.forEachVoxel { n, d, h, w in
            for c in 0..<19 {
                let cell = PlainConvolution.taps(stride).map {
                    (d * stride.depth + $0.a, h * stride.height + $0.b, w * stride.width + $0.c)
                }
                let best = cell.map { x[n, c, $0.0, $0.1, $0.2] }.max() ?? 0
                y[n, c, d, h, w] = best
                guard let first = cell.first(where: { x[n, c, $0.0, $0.1, $0.2] == best })
                else { return }
                dx[n, c, first.0, first.1, first.2] += dy[n, c, d, h, w]
            }
        }
        let (input, output) = (try BlockedTensor(x), try BlockedTensor(y.map { _ in 0 }))
        vsdb_max_pool_forward_f32(&input.raw, &output.raw, stride.asExtent)
        expectClose(output, y, "\(set) forward", tolerance: 0)
        let (gradient, back) = (try BlockedTensor(dy), try BlockedTensor(before))
        vsdb_max_pool_backward_f32(
            &input.raw, &output.raw, &gradient.raw, &back.raw, stride.asExtent)
        expectClose(back, dx, "\(set) backward", tolerance: pointTolerance)
    }

    @Test("a NaN goes through pooling and ReLU's gradient as it does in the reference")
    func notANumber() async {
        await #expect(processExitsWith: .success) {
            try Self.inEachInstructionSet { set in
                let stride = WindowShape(depth: 1, height: 2, width: 2)
                for place in 0..<4 {
                    var x = PlainTensor(
                        batch: 1, channels: 1, shape: WindowShape(depth: 1, height: 2, width: 4))
                    for index in x.values.indices { x.values[index] = Double(index) }
                    x[0, 0, 0, place / 2, place % 2] = .nan
                    let input = try BlockedTensor(x)
                    let output = try BlockedTensor(
                        PlainTensor(
                            batch: 1, channels: 1,
                            shape: WindowShape(depth: 1, height: 1, width: 2)))
                    vsdb_max_pool_forward_f32(&input.raw, &output.raw, stride.asExtent)
                    #expect(output.plain.values[0].isNaN, "\(set), place \(place)")
                    #expect(output.plain.values[1] == 7)
                }
            }
        }
    }

    @Test("attention: x (a + residual), its gradients, and in place")
    func attention() async {
        await #expect(processExitsWith: .success) {
            try Self.inEachInstructionSet { set in
                var numbers = SeededNumbers(seed: 33)
                for (channels, residual) in [(5, Float(0)), (19, 1)] {
                    try Self.attend(channels, residual, set, &numbers)
                }
            }
        }
    }

    private static func attend(
        _ channels: Int, _ residual: Float, _ set: String, _ numbers: inout SeededNumbers
    ) throws {
        let x = PlainTensor(batch: 2, channels: channels, shape: shape, random: &numbers)
        let a = PlainTensor(batch: 2, channels: 1, shape: shape, random: &numbers)
        let dy = PlainTensor(batch: 2, channels: channels, shape: shape, random: &numbers)
        var (y, dx, da) = (x, x, a)
        x.forEachVoxel { n, d, h, w in
            let weight = a[n, 0, d, h, w] + Double(residual)
            da[n, 0, d, h, w] = 0
            for c in 0..<channels {
                y[n, c, d, h, w] = x[n, c, d, h, w] * weight
                dx[n, c, d, h, w] = dy[n, c, d, h, w] * weight
                da[n, 0, d, h, w] += dy[n, c, d, h, w] * x[n, c, d, h, w]
            }
        }
        let empty = x.map { _ in 0 }
        // The sum over channels runs over whole blocks: padded places must be zero, as they are.
        let segments = [channels]
        let (input, map) = (
            try BlockedTensor(x, segments: segments), try BlockedTensor(a, lanes: 1)
        )
        input.clearPadding()
        let (output, gradient) = (try BlockedTensor(empty), try BlockedTensor(dy))
        gradient.clearPadding()
        let mapGradient = try BlockedTensor(a, lanes: 1)
        vsdb_attend_forward_f32(&input.raw, &map.raw, residual, &output.raw)
        expectClose(output, y, "\(set) forward", tolerance: pointTolerance)
        var same = gradient.raw
        vsdb_attend_backward_f32(
            &input.raw, &map.raw, residual, &gradient.raw, &same, &mapGradient.raw)
        expectClose(gradient, dx, "\(set) dx", tolerance: pointTolerance)
        expectClose(mapGradient, da, "\(set) da")
        var again = input.raw
        vsdb_attend_forward_f32(&input.raw, &map.raw, residual, &again)
        #expect(input.plain.values == output.plain.values)
    }

    @Test("adding one tensor to another")
    func adding() async {
        await #expect(processExitsWith: .success) {
            try Self.inEachInstructionSet { set in
                var numbers = SeededNumbers(seed: 34)
                let x = PlainTensor(batch: 2, channels: 19, shape: Self.shape, random: &numbers)
                let y = PlainTensor(batch: 2, channels: 19, shape: Self.shape, random: &numbers)
                let (from, to) = (try BlockedTensor(x), try BlockedTensor(y))
                vsdb_add_f32(&from.raw, &to.raw)
                var sum = y
                for index in sum.values.indices { sum.values[index] += x.values[index] }
                Self.expectClose(to, sum, set, tolerance: Self.pointTolerance)
            }
        }
    }
}
