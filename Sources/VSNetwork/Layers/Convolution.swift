import CKernels

/// A convolution with its weights prepared for the kernels: stride 1, zero padding of half the
/// kernel.
///
/// The one place where the algorithm of a convolution is chosen.
///
/// x [N][in][D][H][W] to y [N][out][D][H][W]; weights [out][in][kernel] as in the reference.
struct Convolution {
    let kernel: WindowShape
    let input: ChannelMap
    let output: ChannelMap
    /// Whether x is the image itself: one channel, one lane.
    let fromImage: Bool
    private var weights: [Float]
    private var backwardWeights: [Float]
    private var bias: [Float]
    private var packedGradient: [Float]

    /// A convolution without values yet; `trains` also reserves what the gradients need.
    init(
        kernel: WindowShape, input: ChannelMap, output: ChannelMap, fromImage: Bool = false,
        trains: Bool
    ) {
        self.kernel = kernel
        self.input = input
        self.output = output
        self.fromImage = fromImage
        let size = input.blocks * output.blocks * kernel.taps * 256
        weights = Array(repeating: 0, count: size)
        backwardWeights = trains && !fromImage ? weights : []
        packedGradient = trains ? weights : []
        bias = Array(repeating: 0, count: output.blocks * 16)
    }

    /// Takes new values: weights [out][in][taps], bias one per output channel.
    mutating func load(weights values: ArraySlice<Float>, bias values2: ArraySlice<Float>?) {
        WeightPacking.forward(
            values, out: output, input: input, taps: kernel.taps, into: &weights)
        if !backwardWeights.isEmpty {
            WeightPacking.backward(
                values, out: output, input: input, taps: kernel.taps, into: &backwardWeights)
        }
        if let values2 { bias = output.padded(values2) }
    }

    /// y = act(conv(x) + bias); `slope` (one per padded channel) is PReLU's, nil for none.
    func forward(_ x: Activation, into y: Activation, slope: [Float]? = nil) {
        var x = x.raw
        var y = y.raw
        withOptional(slope) { slope in
            vsdb_conv_forward_f32(&x, &y, kernel.extent, weights, input.valid, bias, slope, 0)
        }
    }

    /// y += conv(x), without bias.
    func accumulate(_ x: Activation, into y: Activation) {
        var x = x.raw
        var y = y.raw
        vsdb_conv_forward_f32(&x, &y, kernel.extent, weights, input.valid, nil, nil, 1)
    }

    /// dx from dy, overwriting or adding.
    func inputGradient(_ dy: Activation, into dx: Activation, accumulating: Bool = false) {
        var dy = dy.raw
        var dx = dx.raw
        vsdb_conv_forward_f32(
            &dy, &dx, kernel.extent, backwardWeights, output.valid, nil, nil, accumulating ? 1 : 0)
    }

    /// The gradients of weights [out][in][taps] and, where wanted, of the bias.
    mutating func weightGradient(
        x: Activation, dy: Activation, weights gradient: UnsafeMutableBufferPointer<Float>,
        bias biasGradient: UnsafeMutableBufferPointer<Float>?
    ) {
        var xRaw = x.raw
        var dyRaw = dy.raw
        if fromImage {
            vsdb_scalar_weight_gradient_f32(&xRaw, &dyRaw, kernel.extent, 0, &packedGradient)
            WeightPacking.unpackScore(
                packedGradient, channels: output, taps: kernel.taps, into: gradient)
        } else {
            vsdb_conv_weight_gradient_f32(
                &xRaw, &dyRaw, kernel.extent, input.valid, &packedGradient)
            WeightPacking.unpackForward(
                packedGradient, out: output, input: input, taps: kernel.taps, into: gradient)
        }
        if let biasGradient { channelSums(dy, output, into: biasGradient) }
    }
}

/// The sum of each channel over the batch and all voxels.
func channelSums(
    _ x: Activation, _ channels: ChannelMap, into sums: UnsafeMutableBufferPointer<Float>
) {
    var raw = x.raw
    var totals = [Double](repeating: 0, count: channels.blocks * 16)
    vsdb_channel_sums_f32(&raw, &totals)
    for (index, value) in channels.gathered(totals).enumerated() { sums[index] = value }
}

/// Passes a pointer to the array's values, or null.
func withOptional(_ values: [Float]?, _ body: (UnsafePointer<Float>?) -> Void) {
    guard let values else { return body(nil) }
    values.withUnsafeBufferPointer { body($0.baseAddress) }
}
