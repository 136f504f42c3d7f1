import CKernels
import Testing
import VSNetwork

/// One size of transposed convolution.
private struct UpsamplingCase {
    let stride: WindowShape
    let input: Int
    let out: Int
    let batch: Int
    /// Of the coarse side.
    let shape: WindowShape

    var fine: WindowShape {
        WindowShape(
            depth: shape.depth * stride.depth, height: shape.height * stride.height,
            width: shape.width * stride.width)
    }
    var name: String { "\(input) to \(out), stride depth \(stride.depth), width \(shape.width)" }

    static var all: [UpsamplingCase] {
        let inPlane = WindowShape(depth: 1, height: 2, width: 2)
        let cube = WindowShape(depth: 2, height: 2, width: 2)
        func size(_ d: Int, _ h: Int, _ w: Int) -> WindowShape {
            WindowShape(depth: d, height: h, width: w)
        }
        return [
            UpsamplingCase(stride: inPlane, input: 5, out: 3, batch: 2, shape: size(3, 2, 5)),
            UpsamplingCase(stride: inPlane, input: 18, out: 17, batch: 1, shape: size(2, 3, 7)),
            UpsamplingCase(stride: cube, input: 7, out: 20, batch: 2, shape: size(1, 3, 15)),
            UpsamplingCase(stride: cube, input: 33, out: 16, batch: 1, shape: size(2, 1, 9)),
            UpsamplingCase(stride: cube, input: 2, out: 1, batch: 3, shape: size(1, 1, 1)),
        ]
    }

    /// Places one weight of [in][out][tap] by a rule of the packing.
    func packed(_ weights: [Float], _ place: (_ i: Int, _ o: Int, _ tap: Int) -> Int) -> [Float] {
        let (inputs, outputs) = (ChannelMap([input]), ChannelMap([out]))
        var result = [Float](
            repeating: 0, count: inputs.blocks * outputs.blocks * stride.count * 256)
        for i in 0..<input {
            for o in 0..<out {
                for tap in 0..<stride.count {
                    result[place(i, o, tap)] = weights[(i * out + o) * stride.count + tap]
                }
            }
        }
        return result
    }

    /// [tap][ocb][icb][16 ic][16 oc].
    func forwardPlace(_ i: Int, _ o: Int, _ tap: Int) -> Int {
        let (inputs, outputs) = (ChannelMap([input]).blocks, ChannelMap([out]).blocks)
        return ((tap * outputs + o / 16) * inputs + i / 16) * 256 + i % 16 * 16 + o % 16
    }

    /// [icb][ocb][tap][16 oc][16 ic].
    func backwardPlace(_ i: Int, _ o: Int, _ tap: Int) -> Int {
        let outputs = ChannelMap([out]).blocks
        return ((i / 16 * outputs + o / 16) * stride.count + tap) * 256 + o % 16 * 16 + i % 16
    }
}

extension KernelVariantTests {
    @Test("a transposed convolution with bias, with and without PReLU")
    func upsampling() async {
        await #expect(processExitsWith: .success) {
            try Self.inEachInstructionSet { set in
                var numbers = SeededNumbers(seed: 11)
                for item in UpsamplingCase.all {
                    let x = PlainTensor(
                        batch: item.batch, channels: item.input, shape: item.shape,
                        random: &numbers)
                    let weights = numbers.floats(item.input * item.out * item.stride.count)
                    let (bias, slope) = (numbers.floats(item.out), numbers.floats(item.out))
                    let packed = item.packed(weights, item.forwardPlace)
                    let blocked = try BlockedTensor(x)
                    let empty = PlainTensor(
                        batch: item.batch, channels: item.out, shape: item.fine)
                    let (y, active) = (try BlockedTensor(empty), try BlockedTensor(empty))
                    vsdb_upsample_forward_f32(
                        &blocked.raw, &y.raw, item.stride.asExtent, packed,
                        blocked.channels.valid, Self.padded(bias, y.channels), nil)
                    let expected = PlainConvolution.upsample(
                        x, weights, out: item.out, stride: item.stride, bias: bias)
                    Self.expectClose(y, expected, "\(set) \(item.name)")
                    vsdb_upsample_forward_f32(
                        &blocked.raw, &active.raw, item.stride.asExtent, packed,
                        blocked.channels.valid, Self.padded(bias, y.channels),
                        Self.padded(slope, y.channels))
                    Self.expectClose(
                        active, expected.activated(slope), "\(set) \(item.name), PReLU")
                }
            }
        }
    }

    @Test("the gradient of a transposed convolution's input")
    func upsamplingInputGradient() async {
        await #expect(processExitsWith: .success) {
            try Self.inEachInstructionSet { set in
                var numbers = SeededNumbers(seed: 12)
                for item in UpsamplingCase.all {
                    let dy = PlainTensor(
                        batch: item.batch, channels: item.out, shape: item.fine, random: &numbers)
                    let weights = numbers.floats(item.input * item.out * item.stride.count)
                    let gradient = try BlockedTensor(dy)
                    let dx = try BlockedTensor(
                        PlainTensor(batch: item.batch, channels: item.input, shape: item.shape))
                    vsdb_upsample_input_gradient_f32(
                        &gradient.raw, &dx.raw, item.stride.asExtent,
                        item.packed(weights, item.backwardPlace), gradient.channels.valid)
                    Self.expectClose(
                        dx,
                        PlainConvolution.upsampleInputGradient(
                            dy, weights, input: item.input, stride: item.stride),
                        "\(set) \(item.name)")
                }
            }
        }
    }

    @Test("the gradient of a transposed convolution's weights")
    func upsamplingWeightGradient() async {
        await #expect(processExitsWith: .success) {
            try Self.inEachInstructionSet { set in
                var numbers = SeededNumbers(seed: 13)
                for item in UpsamplingCase.all {
                    let x = PlainTensor(
                        batch: item.batch, channels: item.input, shape: item.shape,
                        random: &numbers)
                    let dy = PlainTensor(
                        batch: item.batch, channels: item.out, shape: item.fine, random: &numbers)
                    let (blocked, gradient) = (try BlockedTensor(x), try BlockedTensor(dy))
                    var packed = [Float](
                        repeating: BlockedTensor.rubbish,
                        count: blocked.channels.blocks * gradient.channels.blocks
                            * item.stride.count * 256)
                    vsdb_upsample_weight_gradient_f32(
                        &blocked.raw, &gradient.raw, item.stride.asExtent,
                        blocked.channels.valid, &packed)
                    var unpacked: [Double] = []
                    for i in 0..<item.input {
                        for o in 0..<item.out {
                            for tap in 0..<item.stride.count {
                                unpacked.append(Double(packed[item.forwardPlace(i, o, tap)]))
                            }
                        }
                    }
                    Self.expectClose(
                        unpacked,
                        PlainConvolution.upsampleWeightGradient(x, dy, stride: item.stride),
                        "\(set) \(item.name)")
                }
            }
        }
    }
}
