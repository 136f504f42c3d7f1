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
    private let algorithm: ConvolutionAlgorithm
    /// Winograd's parts in depth.
    private let parts: Int32
    /// In the kernels' order, or transformed, as the algorithm wants them.
    private var weights: [Float]
    private var backwardWeights: [Float]
    private var bias: [Float]
    /// In the kernels' order: the weights before they are transformed, and their gradient.
    private var packed: [Float]

    /// A convolution without values yet; `trains` also reserves what the gradients need.
    init(
        kernel: WindowShape, input: ChannelMap, output: ChannelMap, fromImage: Bool = false,
        trains: Bool
    ) {
        self.kernel = kernel
        self.input = input
        self.output = output
        self.fromImage = fromImage
        algorithm = .suited(to: kernel, fromImage: fromImage)
        parts = ConvolutionAlgorithm.parts(of: kernel, trains: trains)
        packed = Array(repeating: 0, count: input.blocks * output.blocks * kernel.taps * 256)
        weights = Array(
            repeating: 0,
            count: algorithm.preparedCount(input, output, kernel: kernel, parts: parts))
        backwardWeights = trains && !fromImage ? weights : []
        bias = Array(repeating: 0, count: output.blocks * 16)
    }

    /// Takes new values: weights [out][in][taps], bias one per output channel.
    mutating func load(weights values: ArraySlice<Float>, bias values2: ArraySlice<Float>?) {
        WeightPacking.forward(
            values, out: output, input: input, taps: kernel.taps, into: &packed)
        algorithm.prepare(packed, &weights, from: input, to: output, parts: parts)
        if !backwardWeights.isEmpty {
            WeightPacking.backward(
                values, out: output, input: input, taps: kernel.taps, into: &packed)
            algorithm.prepare(packed, &backwardWeights, from: output, to: input, parts: parts)
        }
        if let values2 { bias = output.padded(values2) }
    }

    /// y = act(conv(x) + bias); `slope` (one per padded channel) is PReLU's, nil for none.
    func forward(_ x: Activation, into y: Activation, slope: [Float]? = nil) {
        withOptional(slope) { slope in
            run(x, into: y, weights, valid: input.valid, bias: bias, slope: slope)
        }
    }

    /// Whether ``forwardAttended(_:map:into:slope:)`` can be used.
    var takesAttention: Bool { algorithm == .winograd && kernel.depth == 1 }

    /// y = act(conv(x (1 + map)) + bias), where ``takesAttention``; the map has one value per voxel.
    func forwardAttended(_ x: Activation, map: Activation, into y: Activation, slope: [Float]) {
        var x = x.raw
        var map = map.raw
        var y = y.raw
        vsdb_winograd_attended_f32(&x, &map, &y, weights, input.valid, bias, slope)
    }

    /// y += conv(x) + bias.
    func accumulate(_ x: Activation, into y: Activation) {
        run(x, into: y, weights, valid: input.valid, bias: bias, accumulating: true)
    }

    /// dx from dy, overwriting or adding.
    func inputGradient(_ dy: Activation, into dx: Activation, accumulating: Bool = false) {
        run(dy, into: dx, backwardWeights, valid: output.valid, accumulating: accumulating)
    }

    private func run(
        _ x: Activation, into y: Activation, _ weights: [Float], valid: [Int32],
        bias: UnsafePointer<Float>? = nil, slope: UnsafePointer<Float>? = nil,
        accumulating: Bool = false
    ) {
        var x = x.raw
        var y = y.raw
        let adding: Int32 = accumulating ? 1 : 0
        switch algorithm {
        case .direct:
            vsdb_conv_forward_f32(&x, &y, kernel.extent, weights, valid, bias, slope, adding)
        case .winograd:
            vsdb_winograd_forward_f32(&x, &y, parts, weights, valid, bias, slope, adding)
        }
    }

    /// The gradients of weights [out][in][taps] and, where wanted, of the bias.
    mutating func weightGradient(
        x: Activation, dy: Activation, weights gradient: UnsafeMutableBufferPointer<Float>,
        bias biasGradient: UnsafeMutableBufferPointer<Float>?
    ) {
        var xRaw = x.raw
        var dyRaw = dy.raw
        if fromImage {
            vsdb_scalar_weight_gradient_f32(&xRaw, &dyRaw, kernel.extent, 0, &packed)
            WeightPacking.unpackScore(
                packed, channels: output, taps: kernel.taps, into: gradient)
        } else {
            switch algorithm {
            case .direct:
                vsdb_conv_weight_gradient_f32(
                    &xRaw, &dyRaw, kernel.extent, input.valid, &packed)
            case .winograd:
                vsdb_winograd_weight_gradient_f32(&xRaw, &dyRaw, Int32(kernel.depth), &packed)
            }
            WeightPacking.unpackForward(
                packed, out: output, input: input, taps: kernel.taps, into: gradient)
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
