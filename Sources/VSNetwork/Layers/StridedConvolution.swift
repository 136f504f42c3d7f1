import CKernels

/// A strided convolution with zero padding of half the kernel, and its transpose.
///
/// Fine tensors have `stride` times the sides of coarse ones; weights [coarse][fine][kernel], which is
/// the reference's order both for the way down (out, in) and for the transposed way up (in, out).
struct StridedConvolution {
    /// Which of the two it is.
    enum Direction {
        /// From fine to coarse.
        case down
        /// From coarse to fine.
        case up
    }

    let direction: Direction
    let kernel: WindowShape
    let stride: WindowShape
    let fine: ChannelMap
    let coarse: ChannelMap
    /// The kernels' order for the way down, and for the way up; a network that only runs one way has
    /// no values in the other.
    private var gathering: [Float] = []
    private var scattering: [Float] = []
    private var packedGradient: [Float] = []
    private var bias: [Float]

    /// The channels that it makes.
    var output: ChannelMap { direction == .down ? coarse : fine }

    /// A convolution without values yet; `trains` also reserves what the gradients need.
    init(
        _ direction: Direction, kernel: WindowShape, stride: WindowShape, fine: ChannelMap,
        coarse: ChannelMap, trains: Bool
    ) {
        self.direction = direction
        self.kernel = kernel
        self.stride = stride
        self.fine = fine
        self.coarse = coarse
        let packed = [Float](repeating: 0, count: fine.blocks * coarse.blocks * kernel.taps * 256)
        if trains || direction == .down { gathering = packed }
        if trains || direction == .up { scattering = packed }
        if trains { packedGradient = packed }
        bias = Array(repeating: 0, count: (direction == .down ? coarse : fine).blocks * 16)
    }

    /// Takes new values: weights [coarse][fine][taps], bias one per output channel.
    mutating func load(weights: ArraySlice<Float>, bias values: ArraySlice<Float>) {
        if !gathering.isEmpty {
            WeightPacking.forward(
                weights, out: coarse, input: fine, taps: kernel.taps, into: &gathering)
        }
        if !scattering.isEmpty {
            WeightPacking.exchanged(
                weights, rows: coarse, columns: fine, taps: kernel.taps, into: &scattering)
        }
        bias = output.padded(values)
    }

    /// y = act(conv(x) + bias); `slope` is PReLU's, nil for none.
    func forward(_ x: Activation, into y: Activation, slope: [Float]? = nil) {
        withOptional(slope) { slope in
            switch direction {
            case .down: gather(x, into: y, bias: bias, slope: slope)
            case .up: scatter(x, into: y, bias: bias, slope: slope)
            }
        }
    }

    /// dx from dy, overwriting or adding.
    func inputGradient(_ dy: Activation, into dx: Activation, accumulating: Bool = false) {
        switch direction {
        case .down: scatter(dy, into: dx, accumulating: accumulating)
        case .up: gather(dy, into: dx, accumulating: accumulating)
        }
    }

    /// The gradient of weights [coarse][fine][taps]; the bias has none, as a normalisation follows.
    mutating func weightGradient(
        x: Activation, dy: Activation, weights gradient: UnsafeMutableBufferPointer<Float>
    ) {
        var fineRaw = direction == .down ? x.raw : dy.raw
        var coarseRaw = direction == .down ? dy.raw : x.raw
        vsdb_strided_weight_gradient_f32(
            &fineRaw, &coarseRaw, kernel.extent, stride.extent, fine.valid, &packedGradient)
        WeightPacking.unpackForward(
            packedGradient, out: coarse, input: fine, taps: kernel.taps, into: gradient)
    }

    private func gather(
        _ x: Activation, into y: Activation, bias: UnsafePointer<Float>? = nil,
        slope: UnsafePointer<Float>? = nil, accumulating: Bool = false
    ) {
        var x = x.raw
        var y = y.raw
        vsdb_strided_gather_f32(
            &x, &y, kernel.extent, stride.extent, gathering, fine.valid, bias, slope,
            accumulating ? 1 : 0)
    }

    private func scatter(
        _ x: Activation, into y: Activation, bias: UnsafePointer<Float>? = nil,
        slope: UnsafePointer<Float>? = nil, accumulating: Bool = false
    ) {
        var x = x.raw
        var y = y.raw
        vsdb_strided_scatter_f32(
            &x, &y, kernel.extent, stride.extent, scattering, coarse.valid, bias, slope,
            accumulating ? 1 : 0)
    }
}
