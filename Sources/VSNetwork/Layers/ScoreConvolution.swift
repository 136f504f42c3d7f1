import CKernels

/// A convolution from many channels to one: the score of an attention module.
///
/// x [N][in][D][H][W] to y [N][1][D][H][W] of one lane; weights [1][in][kernel].
struct ScoreConvolution {
    let kernel: WindowShape
    let input: ChannelMap
    private var weights: [Float]
    private var backwardWeights: [Float]
    private var packedGradient: [Float]
    private var bias: Float = 0

    /// A convolution without values yet; `trains` also reserves what the gradients need.
    init(kernel: WindowShape, input: ChannelMap, trains: Bool) {
        self.kernel = kernel
        self.input = input
        weights = Array(repeating: 0, count: input.blocks * kernel.taps * 16)
        packedGradient = trains ? weights : []
        backwardWeights =
            trains ? Array(repeating: 0, count: input.blocks * kernel.taps * 256) : []
    }

    /// Takes new values: weights [in][taps] and the bias.
    mutating func load(weights values: ArraySlice<Float>, bias value: Float) {
        WeightPacking.score(values, input: input, taps: kernel.taps, into: &weights)
        if !backwardWeights.isEmpty {
            WeightPacking.scoreBackward(
                values, input: input, taps: kernel.taps, into: &backwardWeights)
        }
        bias = value
    }

    /// y = conv(x) + bias.
    func forward(_ x: Activation, into y: Activation) {
        var x = x.raw
        var y = y.raw
        vsdb_conv_to_one_forward_f32(&x, &y, kernel.extent, weights, bias)
    }

    /// dx from dy, overwriting.
    func inputGradient(_ dy: Activation, into dx: Activation) {
        var dy = dy.raw
        var dx = dx.raw
        vsdb_conv_forward_f32(&dy, &dx, kernel.extent, backwardWeights, [1], nil, nil, 0)
    }

    /// The gradients of weights [in][taps] and bias.
    mutating func weightGradient(
        x: Activation, dy: Activation, weights gradient: UnsafeMutableBufferPointer<Float>,
        bias biasGradient: UnsafeMutableBufferPointer<Float>
    ) {
        var xRaw = x.raw
        var dyRaw = dy.raw
        vsdb_scalar_weight_gradient_f32(&dyRaw, &xRaw, kernel.extent, 1, &packedGradient)
        WeightPacking.unpackScore(
            packedGradient, channels: input, taps: kernel.taps, into: gradient)
        biasGradient[0] = Float(scalarSum(dy))
    }
}

/// The sum of a one-channel tensor over the batch and all voxels, row by row in double.
func scalarSum(_ x: Activation) -> Double {
    var total = 0.0
    for n in 0..<x.batch {
        for d in 0..<x.shape.depth {
            for h in 0..<x.shape.height {
                let row = x.row(n, d, h)
                for w in 0..<x.shape.width { total += Double(row[w]) }
            }
        }
    }
    return total
}
