import CKernels
import Testing
import VSNetwork

extension ConvolutionCase {
    /// What Winograd's algorithm serves: 3 x 3 in the plane, on blocks.
    ///
    /// Planes of every remainder after tiles of four, of several groups of tiles, and so small that slices are shared out.
    static var winograd: [ConvolutionCase] {
        let sizes = [
            (5, 2, [20, 20], WindowShape(depth: 2, height: 9, width: 10)),
            (18, 1, [3], WindowShape(depth: 1, height: 23, width: 41)),
            (7, 1, [16], WindowShape(depth: 19, height: 3, width: 4)),
        ]
        let larger = [inPlane, cube].flatMap { kernel in
            sizes.map { out, batch, segments, shape in
                ConvolutionCase(
                    kernel: kernel, segments: segments, out: out, batch: batch, shape: shape)
            }
        }
        return larger + all.filter { !$0.isImage && $0.kernel.height == 3 }
    }
}

extension KernelVariantTests {
    /// Relative to the largest magnitude: the transforms lose digits against the direct sum.
    static let winogradTolerance = 1e-5

    @Test("Winograd's convolution with bias and PReLU, with neither, and adding to what is there")
    func winograd() async {
        await #expect(processExitsWith: .success) {
            try Self.inEachInstructionSet { set in
                var numbers = SeededNumbers(seed: 11)
                for item in ConvolutionCase.winograd {
                    try Self.winograd(item, Int32(item.kernel.depth), set, &numbers)
                    guard item.kernel.depth == 3 else { continue }
                    try Self.winograd(item, Int32(VSDB_CUBES), set, &numbers)
                }
            }
        }
    }

    private static func winograd(
        _ item: ConvolutionCase, _ parts: Int32, _ set: String, _ numbers: inout SeededNumbers
    ) throws {
        let x = PlainTensor(
            batch: item.batch, channels: item.input, shape: item.shape, random: &numbers)
        let weights = numbers.floats(item.out * item.input * item.kernel.count)
        let (bias, slope) = (numbers.floats(item.out), numbers.floats(item.out))
        let before = PlainTensor(
            batch: item.batch, channels: item.out, shape: item.shape, random: &numbers)
        let blocked = try BlockedTensor(x, segments: item.segments)
        let valid = blocked.channels.valid
        let y = try BlockedTensor(before)
        let (inputs, outputs) = (Int32(blocked.channels.blocks), Int32(y.channels.blocks))
        var transformed = [Float](
            repeating: 0, count: vsdb_winograd_weight_count(inputs, outputs, parts))
        vsdb_winograd_weights_f32(item.packed(weights), inputs, outputs, parts, &transformed)
        let name = "\(set) \(item.name), \(parts) parts"

        var expected = PlainConvolution.forward(
            x, weights, out: item.out, kernel: item.kernel,
            bias: [Float](repeating: 0, count: item.out))
        vsdb_winograd_forward_f32(&blocked.raw, &y.raw, parts, transformed, valid, nil, nil, 0)
        expectClose(y, expected, name, tolerance: winogradTolerance)

        vsdb_winograd_forward_f32(&blocked.raw, &y.raw, parts, transformed, valid, nil, nil, 1)
        for index in expected.values.indices { expected.values[index] *= 2 }
        expectClose(y, expected, "\(name), added", tolerance: winogradTolerance)

        let active = PlainConvolution.forward(
            x, weights, out: item.out, kernel: item.kernel, bias: bias
        ).activated(slope)
        vsdb_winograd_forward_f32(
            &blocked.raw, &y.raw, parts, transformed, valid, padded(bias, y.channels),
            padded(slope, y.channels), 0)
        expectClose(y, active, "\(name), bias and slope", tolerance: winogradTolerance)
    }

    @Test("Winograd's convolution of features weighed by an attention map")
    func winogradAttended() async {
        await #expect(processExitsWith: .success) {
            try Self.inEachInstructionSet { set in
                var numbers = SeededNumbers(seed: 13)
                for item in ConvolutionCase.winograd where item.kernel.depth == 1 {
                    try Self.attended(item, set, &numbers)
                }
            }
        }
    }

    private static func attended(
        _ item: ConvolutionCase, _ set: String, _ numbers: inout SeededNumbers
    ) throws {
        var x = PlainTensor(
            batch: item.batch, channels: item.input, shape: item.shape, random: &numbers)
        let map = PlainTensor(batch: item.batch, channels: 1, shape: item.shape, random: &numbers)
        let weights = numbers.floats(item.out * item.input * item.kernel.count)
        let (bias, slope) = (numbers.floats(item.out), numbers.floats(item.out))
        let blocked = try BlockedTensor(x, segments: item.segments)
        let blockedMap = try BlockedTensor(map, lanes: 1)
        let y = try BlockedTensor(
            PlainTensor(batch: item.batch, channels: item.out, shape: item.shape, random: &numbers))
        let (inputs, outputs) = (Int32(blocked.channels.blocks), Int32(y.channels.blocks))
        var transformed = [Float](
            repeating: 0, count: vsdb_winograd_weight_count(inputs, outputs, 1))
        vsdb_winograd_weights_f32(item.packed(weights), inputs, outputs, 1, &transformed)
        vsdb_winograd_attended_f32(
            &blocked.raw, &blockedMap.raw, &y.raw, transformed, blocked.channels.valid,
            padded(bias, y.channels), padded(slope, y.channels))

        x.forEachVoxel { n, d, h, w in
            for c in 0..<item.input { x[n, c, d, h, w] *= 1 + map[n, 0, d, h, w] }
        }
        let expected = PlainConvolution.forward(
            x, weights, out: item.out, kernel: item.kernel, bias: bias
        ).activated(slope)
        expectClose(y, expected, "\(set) \(item.name), attended", tolerance: winogradTolerance)
    }

    @Test("the gradient of a convolution's weights by Winograd's algorithm")
    func winogradWeightGradient() async {
        await #expect(processExitsWith: .success) {
            try Self.inEachInstructionSet { set in
                var numbers = SeededNumbers(seed: 12)
                for item in ConvolutionCase.winograd {
                    let x = PlainTensor(
                        batch: item.batch, channels: item.input, shape: item.shape,
                        random: &numbers)
                    let dy = PlainTensor(
                        batch: item.batch, channels: item.out, shape: item.shape,
                        random: &numbers)
                    let blocked = try BlockedTensor(x, segments: item.segments)
                    let gradient = try BlockedTensor(dy)
                    let count = item.packed(
                        numbers.floats(item.out * item.input * item.kernel.count)
                    ).count
                    var packed = [Float](repeating: BlockedTensor.rubbish, count: count)
                    vsdb_winograd_weight_gradient_f32(
                        &blocked.raw, &gradient.raw, Int32(item.kernel.depth), &packed)
                    Self.expectClose(
                        item.unpacked(packed),
                        PlainConvolution.weightGradient(x, dy, kernel: item.kernel),
                        "\(set) \(item.name)", tolerance: Self.winogradTolerance)
                }
            }
        }
    }
}
