import CKernels

/// Batch normalisation and PReLU in training: statistics of the batch, biased for normalising and
/// unbiased in the running variance, momentum 0.1, eps 1e-5 (as the reference network).
struct BatchNormPReLU {
    static let epsilon = 1e-5
    static let momentum = 0.1

    let channels: ChannelMap
    private var gamma: [Float]
    private var beta: [Float]
    private var slope: [Float]
    private var mean: [Float]
    private var inverseDeviation: [Float]
    /// Sums of the last forward pass, for the running statistics.
    private var batchMean: [Double] = []
    private var batchVariance: [Double] = []

    init(channels: ChannelMap) {
        self.channels = channels
        gamma = Array(repeating: 0, count: channels.blocks * 16)
        beta = gamma
        slope = gamma
        mean = gamma
        inverseDeviation = gamma
    }

    /// Takes new values, one per channel, or one slope for all.
    mutating func load(
        gamma: ArraySlice<Float>, beta: ArraySlice<Float>, slope: ArraySlice<Float>
    ) {
        self.gamma = channels.padded(gamma)
        self.beta = channels.padded(beta)
        self.slope = channels.padded(
            slope.count == 1
                ? Array(repeating: slope.first ?? 0, count: channels.places.count)[...] : slope)
    }

    /// y = prelu(gamma (x - mean) / sqrt(variance + eps) + beta), with the batch's own statistics.
    mutating func forward(_ x: Activation, into y: Activation) {
        var xRaw = x.raw
        var yRaw = y.raw
        let count = Double(x.voxels)
        let padded = channels.blocks * 16
        var sum = [Double](repeating: 0, count: padded)
        var squares = sum
        vsdb_channel_moments_f32(&xRaw, &sum, &squares)
        batchMean = sum.map { $0 / count }
        batchVariance = zip(squares, batchMean).map { max(0, $0 / count - $1 * $1) }
        for c in 0..<padded {
            mean[c] = Float(batchMean[c])
            inverseDeviation[c] = Float(1 / (batchVariance[c] + Self.epsilon).squareRoot())
        }
        withNorm { vsdb_norm_prelu_forward_f32(&xRaw, &yRaw, $0) }
    }

    /// Moves the running statistics towards the last batch's.
    func updateRunning(
        mean running: UnsafeMutableBufferPointer<Float>,
        variance runningVariance: UnsafeMutableBufferPointer<Float>, count: Int
    ) {
        let unbiased = Double(count) / Double(max(count - 1, 1))
        for (index, place) in channels.places.enumerated() {
            let old = Double(running[index]) * (1 - Self.momentum)
            running[index] = Float(old + Self.momentum * batchMean[place])
            let oldVariance = Double(runningVariance[index]) * (1 - Self.momentum)
            runningVariance[index] = Float(
                oldVariance + Self.momentum * batchVariance[place] * unbiased)
        }
    }

    /// Turns dy, the output's gradient, into that of x, in place, and writes the parameters'.
    ///
    /// x is the input of the forward pass.
    func backward(
        x: Activation, dy: Activation, gamma gammaGradient: UnsafeMutableBufferPointer<Float>,
        beta betaGradient: UnsafeMutableBufferPointer<Float>,
        slope slopeGradient: UnsafeMutableBufferPointer<Float>
    ) {
        var xRaw = x.raw
        var dyRaw = dy.raw
        let padded = channels.blocks * 16
        var sum = [Double](repeating: 0, count: padded)
        var product = sum
        var slopes = sum
        var k = [Float](repeating: 0, count: padded)
        var a = k
        var b = k
        withNorm { norm in
            vsdb_norm_prelu_sums_f32(&xRaw, &dyRaw, norm, &sum, &product, &slopes)
            let count = Double(x.voxels)
            for c in 0..<padded {
                k[c] = gamma[c] * inverseDeviation[c]
                a[c] = Float(sum[c] / count)
                b[c] = Float(product[c] / count)
            }
            vsdb_norm_prelu_backward_f32(&xRaw, &dyRaw, &dyRaw, norm, k, a, b)
        }
        for (index, place) in channels.places.enumerated() {
            betaGradient[index] = Float(sum[place])
            gammaGradient[index] = Float(product[place])
        }
        if slopeGradient.count == 1 {
            slopeGradient[0] = Float(channels.places.reduce(0.0) { $0 + slopes[$1] })
        } else {
            for (index, place) in channels.places.enumerated() {
                slopeGradient[index] = Float(slopes[place])
            }
        }
    }

    private func withNorm(_ body: (vsdb_norm) -> Void) {
        mean.withUnsafeBufferPointer { mean in
            inverseDeviation.withUnsafeBufferPointer { inverse in
                gamma.withUnsafeBufferPointer { gamma in
                    beta.withUnsafeBufferPointer { beta in
                        slope.withUnsafeBufferPointer { slope in
                            body(
                                vsdb_norm(
                                    mean: mean.baseAddress, inverse_deviation: inverse.baseAddress,
                                    gamma: gamma.baseAddress, beta: beta.baseAddress,
                                    slope: slope.baseAddress))
                        }
                    }
                }
            }
        }
    }
}
