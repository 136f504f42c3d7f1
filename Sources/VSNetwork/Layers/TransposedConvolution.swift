import CKernels

/// A transposed convolution whose kernel equals its stride: each output voxel has one input voxel.
///
/// x [N][in][D][H][W] to y [N][out][sD D][sH H][sW W]; weights [in][out][stride] as in the reference.
struct TransposedConvolution {
    let stride: WindowShape
    let input: ChannelMap
    let output: ChannelMap
    private var weights: [Float]
    private var backwardWeights: [Float]
    private var packedGradient: [Float]
    private var bias: [Float]

    /// A convolution without values yet; `trains` also reserves what the gradients need.
    init(stride: WindowShape, input: ChannelMap, output: ChannelMap, trains: Bool) {
        self.stride = stride
        self.input = input
        self.output = output
        weights = Array(repeating: 0, count: input.blocks * output.blocks * stride.taps * 256)
        backwardWeights = trains ? weights : []
        packedGradient = trains ? weights : []
        bias = Array(repeating: 0, count: output.blocks * 16)
    }

    /// Takes new values: weights [in][out][taps], bias one per output channel.
    mutating func load(weights values: ArraySlice<Float>, bias values2: ArraySlice<Float>) {
        WeightPacking.upsample(
            values, out: output, input: input, taps: stride.taps, into: &weights)
        if !backwardWeights.isEmpty {
            WeightPacking.upsampleBackward(
                values, out: output, input: input, taps: stride.taps, into: &backwardWeights)
        }
        bias = output.padded(values2)
    }

    /// y = act(upsample(x) + bias); `slope` is PReLU's, nil for none.
    func forward(_ x: Activation, into y: Activation, slope: [Float]? = nil) {
        var x = x.raw
        var y = y.raw
        withOptional(slope) { slope in
            vsdb_upsample_forward_f32(&x, &y, stride.extent, weights, input.valid, bias, slope)
        }
    }

    /// dx from dy, overwriting.
    func inputGradient(_ dy: Activation, into dx: Activation) {
        var dy = dy.raw
        var dx = dx.raw
        vsdb_upsample_input_gradient_f32(&dy, &dx, stride.extent, backwardWeights, output.valid)
    }

    /// The gradient of weights [in][out][taps]; the bias has none, as a normalisation follows.
    mutating func weightGradient(
        x: Activation, dy: Activation, weights gradient: UnsafeMutableBufferPointer<Float>
    ) {
        var xRaw = x.raw
        var dyRaw = dy.raw
        vsdb_upsample_weight_gradient_f32(
            &xRaw, &dyRaw, stride.extent, input.valid, &packedGradient)
        WeightPacking.unpackUpsample(
            packedGradient, out: output, input: input, taps: stride.taps, into: gradient)
    }
}
