import CKernels
import Testing
import VSNetwork

/// One size of convolution: channels that fill no block, images no wider than a tile.
struct ConvolutionCase {
    let kernel: WindowShape
    /// Channels of each part of the input's concatenation.
    let segments: [Int]
    let out: Int
    let batch: Int
    let shape: WindowShape
    /// One channel of one lane: the image itself.
    var isImage = false

    var input: Int { segments.reduce(0, +) }
    var name: String {
        let sides = "\(shape.depth)x\(shape.height)x\(shape.width)"
        return "\(segments) to \(out), kernel depth \(kernel.depth), \(sides)"
    }

    static let point = WindowShape(depth: 1, height: 1, width: 1)
    static let inPlane = WindowShape(depth: 1, height: 3, width: 3)
    static let cube = WindowShape(depth: 3, height: 3, width: 3)

    static var all: [ConvolutionCase] {
        func size(_ d: Int, _ h: Int, _ w: Int) -> WindowShape {
            WindowShape(depth: d, height: h, width: w)
        }
        let mixed = [
            ConvolutionCase(
                kernel: inPlane, segments: [1], out: 5, batch: 2, shape: size(2, 5, 7),
                isImage: true),
            ConvolutionCase(
                kernel: cube, segments: [1], out: 18, batch: 1, shape: size(3, 4, 9),
                isImage: true),
            ConvolutionCase(
                kernel: cube, segments: [5, 7], out: 18, batch: 2, shape: size(3, 4, 5)),
            ConvolutionCase(
                kernel: cube, segments: [19], out: 16, batch: 1, shape: size(2, 3, 17)),
            ConvolutionCase(kernel: cube, segments: [4], out: 3, batch: 3, shape: size(1, 1, 1)),
            ConvolutionCase(kernel: point, segments: [17], out: 2, batch: 2, shape: size(2, 3, 31)),
        ]
        // Every way a row falls into tiles of 14, 8, 6, 4, 2 and 1.
        let rows = (1...32).map {
            ConvolutionCase(kernel: inPlane, segments: [3], out: 2, batch: 1, shape: size(1, 2, $0))
        }
        return mixed + rows
    }

    /// Weights [out][in][tap] as the header packs them: [ocb][icb][tap][16 ic][16 oc].
    func packed(_ weights: [Float]) -> [Float] {
        let (inputs, outputs) = (ChannelMap(segments), ChannelMap([out]))
        let taps = kernel.count
        var result = [Float](repeating: 0, count: inputs.blocks * outputs.blocks * taps * 256)
        for (o, op) in outputs.places.enumerated() {
            for (i, ip) in inputs.places.enumerated() {
                for tap in 0..<taps {
                    let block = (op / 16 * inputs.blocks + ip / 16) * taps + tap
                    result[block * 256 + ip % 16 * 16 + op % 16] =
                        weights[(o * inputs.places.count + i) * taps + tap]
                }
            }
        }
        return result
    }

    /// A packed weight gradient as [out][in][tap].
    func unpacked(_ packed: [Float]) -> [Double] {
        let (inputs, outputs) = (ChannelMap(segments), ChannelMap([out]))
        return outputs.places.flatMap { op in
            inputs.places.flatMap { ip in
                (0..<kernel.count).map { tap in
                    let block = (op / 16 * inputs.blocks + ip / 16) * kernel.count + tap
                    return Double(packed[block * 256 + ip % 16 * 16 + op % 16])
                }
            }
        }
    }
}

extension WindowShape {
    /// As the kernels take it.
    var asExtent: vsdb_extent {
        vsdb_extent(depth: Int32(depth), height: Int32(height), width: Int32(width))
    }
}

extension KernelVariantTests {
    @Test("convolution with bias and PReLU, with neither, and adding to what is there")
    func convolution() async {
        await #expect(processExitsWith: .success) {
            try Self.inEachInstructionSet { set in
                var numbers = SeededNumbers(seed: 1)
                for item in ConvolutionCase.all { try Self.convolve(item, set, &numbers) }
            }
        }
    }

    private static func convolve(
        _ item: ConvolutionCase, _ set: String, _ numbers: inout SeededNumbers
    ) throws {
        let x = PlainTensor(
            batch: item.batch, channels: item.input, shape: item.shape, random: &numbers)
        let weights = numbers.floats(item.out * item.input * item.kernel.count)
        let (bias, slope) = (numbers.floats(item.out), numbers.floats(item.out))
        let before = PlainTensor(
            batch: item.batch, channels: item.out, shape: item.shape, random: &numbers)
        let blocked = try BlockedTensor(
            x, segments: item.segments, lanes: item.isImage ? 1 : 16)
        let valid = blocked.channels.valid
        let packed = item.packed(weights)
        let none = [Float](repeating: 0, count: item.out)
        func output() throws -> BlockedTensor { try BlockedTensor(before) }
        let name = "\(set) \(item.name)"

        let plain = PlainConvolution.forward(
            x, weights, out: item.out, kernel: item.kernel, bias: none)
        let y = try output()
        vsdb_conv_forward_f32(
            &blocked.raw, &y.raw, item.kernel.asExtent, packed, valid, nil, nil, 0)
        expectClose(y, plain, name)

        let sum = try output()
        vsdb_conv_forward_f32(
            &blocked.raw, &sum.raw, item.kernel.asExtent, packed, valid, nil, nil, 1)
        var expected = plain
        for index in expected.values.indices { expected.values[index] += before.values[index] }
        expectClose(sum, expected, "\(name), added")

        let active = PlainConvolution.forward(
            x, weights, out: item.out, kernel: item.kernel, bias: bias
        ).activated(slope)
        let z = try output()
        vsdb_conv_forward_f32(
            &blocked.raw, &z.raw, item.kernel.asExtent, packed, valid,
            padded(bias, z.channels), padded(slope, z.channels), 0)
        expectClose(z, active, "\(name), bias and slope")
    }

    /// One value per channel at the channel's place.
    static func padded(_ values: [Float], _ channels: ChannelMap) -> [Float] {
        var result = [Float](repeating: 0, count: channels.blocks * 16)
        for (value, place) in zip(values, channels.places) { result[place] = value }
        return result
    }

    @Test("the gradient of a convolution's weights")
    func convolutionWeightGradient() async {
        await #expect(processExitsWith: .success) {
            try Self.inEachInstructionSet { set in
                var numbers = SeededNumbers(seed: 2)
                for item in ConvolutionCase.all where !item.isImage {
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
                    vsdb_conv_weight_gradient_f32(
                        &blocked.raw, &gradient.raw, item.kernel.asExtent,
                        blocked.channels.valid, &packed)
                    Self.expectClose(
                        item.unpacked(packed),
                        PlainConvolution.weightGradient(x, dy, kernel: item.kernel),
                        "\(set) \(item.name)")
                }
            }
        }
    }

    @Test("one channel against many: the first layer's weights and those of a score")
    func scalarWeightGradient() async {
        await #expect(processExitsWith: .success) {
            try Self.inEachInstructionSet { set in
                var numbers = SeededNumbers(seed: 3)
                for item in ConvolutionCase.all where item.segments.count == 1 {
                    let scalar = PlainTensor(
                        batch: item.batch, channels: 1, shape: item.shape, random: &numbers)
                    let vector = PlainTensor(
                        batch: item.batch, channels: item.input, shape: item.shape,
                        random: &numbers)
                    let one = try BlockedTensor(scalar, lanes: 1)
                    let many = try BlockedTensor(vector)
                    for flip: Int32 in [0, 1] {
                        var packed = [Float](
                            repeating: 0,
                            count: many.channels.blocks * item.kernel.count * 16)
                        vsdb_scalar_weight_gradient_f32(
                            &one.raw, &many.raw, item.kernel.asExtent, flip, &packed)
                        // Without the flip the one channel is the input, with it the gradient.
                        let expected =
                            flip == 0
                            ? PlainConvolution.weightGradient(scalar, vector, kernel: item.kernel)
                            : PlainConvolution.weightGradient(vector, scalar, kernel: item.kernel)
                        Self.expectClose(
                            Self.perChannel(packed, many.channels, item.kernel), expected,
                            "\(set) \(item.name), flip \(flip)")
                    }
                }
            }
        }
    }

    /// Packed [block][tap][16] as [channel][tap].
    private static func perChannel(
        _ packed: [Float], _ channels: ChannelMap, _ kernel: WindowShape
    ) -> [Double] {
        channels.places.flatMap { place in
            (0..<kernel.count).map { tap in
                Double(packed[(place / 16 * kernel.count + tap) * 16 + place % 16])
            }
        }
    }

    @Test("a convolution to one channel")
    func score() async {
        await #expect(processExitsWith: .success) {
            try Self.inEachInstructionSet { set in
                var numbers = SeededNumbers(seed: 4)
                for item in ConvolutionCase.all where !item.isImage {
                    let x = PlainTensor(
                        batch: item.batch, channels: item.input, shape: item.shape,
                        random: &numbers)
                    let weights = numbers.floats(item.input * item.kernel.count)
                    let bias = numbers.float()
                    let blocked = try BlockedTensor(x, segments: item.segments)
                    var packed = [Float](
                        repeating: 0, count: blocked.channels.blocks * item.kernel.count * 16)
                    for (i, place) in blocked.channels.places.enumerated() {
                        for tap in 0..<item.kernel.count {
                            packed[(place / 16 * item.kernel.count + tap) * 16 + place % 16] =
                                weights[i * item.kernel.count + tap]
                        }
                    }
                    let y = try BlockedTensor(
                        PlainTensor(batch: item.batch, channels: 1, shape: item.shape), lanes: 1)
                    vsdb_conv_to_one_forward_f32(
                        &blocked.raw, &y.raw, item.kernel.asExtent, packed, bias)
                    Self.expectClose(
                        y,
                        PlainConvolution.forward(
                            x, weights, out: 1, kernel: item.kernel, bias: [bias]),
                        "\(set) \(item.name)")
                }
            }
        }
    }
}
