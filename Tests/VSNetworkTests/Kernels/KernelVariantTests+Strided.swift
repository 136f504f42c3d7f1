import CKernels
import Testing
import VSNetwork

/// One size of strided convolution, fine to coarse and back.
private struct StridedCase {
    let kernel: WindowShape
    let stride: WindowShape
    let fine: Int
    let coarse: Int
    let batch: Int
    /// Of the coarse side.
    let shape: WindowShape

    var fineShape: WindowShape {
        WindowShape(
            depth: shape.depth * stride.depth, height: shape.height * stride.height,
            width: shape.width * stride.width)
    }
    var name: String { "\(fine) and \(coarse), kernel depth \(kernel.depth), width \(shape.width)" }

    static var all: [StridedCase] {
        func size(_ d: Int, _ h: Int, _ w: Int) -> WindowShape {
            WindowShape(depth: d, height: h, width: w)
        }
        func item(
            _ depth: Int, _ fine: Int, _ coarse: Int, _ batch: Int, _ shape: WindowShape
        ) -> StridedCase {
            StridedCase(
                kernel: size(2 * depth - 1, 3, 3), stride: size(depth, 2, 2), fine: fine,
                coarse: coarse, batch: batch, shape: shape)
        }
        return [
            item(1, 5, 3, 2, size(3, 2, 5)), item(1, 18, 17, 1, size(2, 3, 7)),
            item(2, 7, 20, 2, size(1, 3, 15)), item(2, 33, 16, 1, size(3, 1, 9)),
            item(2, 1, 2, 3, size(1, 1, 1)),
        ]
    }

    /// Every product: a coarse voxel, a fine voxel, and the tap in which they meet.
    func forEachMeeting(_ body: (SIMD3<Int>, SIMD3<Int>, Int) -> Void) {
        for d in 0..<shape.depth {
            for h in 0..<shape.height {
                for w in 0..<shape.width {
                    for (tap, (a, b, c)) in PlainConvolution.taps(kernel).enumerated() {
                        let place = SIMD3(
                            d * stride.depth + a - kernel.depth / 2,
                            h * stride.height + b - kernel.height / 2,
                            w * stride.width + c - kernel.width / 2)
                        body(SIMD3(d, h, w), place, tap)
                    }
                }
            }
        }
    }

    /// Weights [coarse][fine][tap] as the kernels take them: `row` blocks of 16 to `column` blocks of 16.
    func packed(_ weights: [Float], toFine: Bool) -> [Float] {
        let (fines, coarses) = (ChannelMap([fine]).blocks, ChannelMap([coarse]).blocks)
        var result = [Float](repeating: 0, count: fines * coarses * kernel.count * 256)
        for c in 0..<coarse {
            for f in 0..<fine {
                for tap in 0..<kernel.count {
                    let place =
                        toFine
                        ? ((f / 16 * coarses + c / 16) * kernel.count + tap) * 256 + c % 16 * 16
                            + f % 16
                        : ((c / 16 * fines + f / 16) * kernel.count + tap) * 256 + f % 16 * 16
                            + c % 16
                    result[place] = weights[(c * fine + f) * kernel.count + tap]
                }
            }
        }
        return result
    }

    func tensor(isFine: Bool, _ numbers: inout SeededNumbers) -> PlainTensor {
        PlainTensor(
            batch: batch, channels: isFine ? fine : coarse, shape: isFine ? fineShape : shape,
            random: &numbers)
    }
}

extension KernelVariantTests {
    @Test(
        "a strided convolution and its transpose, with bias and PReLU, and added to what was there")
    func strided() async {
        await #expect(processExitsWith: .success) {
            try Self.inEachInstructionSet { set in
                var numbers = SeededNumbers(seed: 31)
                for item in StridedCase.all {
                    for toFine in [false, true] {
                        let x = item.tensor(isFine: !toFine, &numbers)
                        let before = item.tensor(isFine: toFine, &numbers)
                        let weights = numbers.floats(item.fine * item.coarse * item.kernel.count)
                        let (bias, slope) = (
                            numbers.floats(before.channels), numbers.floats(before.channels)
                        )
                        let (blocked, added) = (try BlockedTensor(x), try BlockedTensor(before))
                        let active = try BlockedTensor(before.map { _ in 0 })
                        let run = toFine ? vsdb_strided_scatter_f32 : vsdb_strided_gather_f32
                        let packed = item.packed(weights, toFine: toFine)
                        let padded = Self.padded(bias, active.channels)
                        run(
                            &blocked.raw, &active.raw, item.kernel.asExtent, item.stride.asExtent,
                            packed, blocked.channels.valid, padded,
                            Self.padded(slope, active.channels), 0)
                        run(
                            &blocked.raw, &added.raw, item.kernel.asExtent, item.stride.asExtent,
                            packed, blocked.channels.valid, nil, nil, 1)
                        var sum = before
                        var expected = before
                        expected.forEachVoxel { n, d, h, w in
                            for o in 0..<expected.channels {
                                expected[n, o, d, h, w] = Double(bias[o])
                            }
                        }
                        item.forEachMeeting { c, f, tap in
                            let (from, to) = toFine ? (c, f) : (f, c)
                            let shape = expected.shape
                            guard to.min() >= 0, to.x < shape.depth, to.y < shape.height,
                                to.z < shape.width
                            else { return }
                            for n in 0..<item.batch {
                                for i in 0..<x.channels {
                                    for o in 0..<expected.channels {
                                        let (cc, ff) = toFine ? (i, o) : (o, i)
                                        let at = (cc * item.fine + ff) * item.kernel.count + tap
                                        let product =
                                            Double(weights[at]) * x[n, i, from.x, from.y, from.z]
                                        expected[n, o, to.x, to.y, to.z] += product
                                        sum[n, o, to.x, to.y, to.z] += product
                                    }
                                }
                            }
                        }
                        let name = "\(set) \(item.name) to \(toFine ? "fine" : "coarse")"
                        Self.expectClose(active, expected.activated(slope), name)
                        Self.expectClose(added, sum, "\(name), added")
                    }
                }
            }
        }
    }

    @Test("the gradient of a strided convolution's weights")
    func stridedWeightGradient() async {
        await #expect(processExitsWith: .success) {
            try Self.inEachInstructionSet { set in
                var numbers = SeededNumbers(seed: 32)
                for item in StridedCase.all {
                    let (x, dy) = (
                        item.tensor(isFine: true, &numbers), item.tensor(isFine: false, &numbers)
                    )
                    let (fine, coarse) = (try BlockedTensor(x), try BlockedTensor(dy))
                    let count = fine.channels.blocks * coarse.channels.blocks * item.kernel.count
                    var packed = [Float](repeating: BlockedTensor.rubbish, count: count * 256)
                    vsdb_strided_weight_gradient_f32(
                        &fine.raw, &coarse.raw, item.kernel.asExtent, item.stride.asExtent,
                        fine.channels.valid, &packed)
                    var expected = [Double](
                        repeating: 0, count: item.fine * item.coarse * item.kernel.count)
                    item.forEachMeeting { c, f, tap in
                        for n in 0..<item.batch {
                            for o in 0..<item.coarse {
                                for i in 0..<item.fine {
                                    expected[(o * item.fine + i) * item.kernel.count + tap] +=
                                        x[n, i, f.x, f.y, f.z] * dy[n, o, c.x, c.y, c.z]
                                }
                            }
                        }
                    }
                    // The packing's inverse, read off the packing of the numbers 0, 1, 2 and so on.
                    let places = item.packed(
                        (0..<expected.count).map { Float($0 + 1) }, toFine: false)
                    var unpacked = expected
                    for (place, number) in places.enumerated() where number > 0 {
                        unpacked[Int(number) - 1] = Double(packed[place])
                    }
                    Self.expectClose(unpacked, expected, "\(set) \(item.name)")
                }
            }
        }
    }
}
