/// Convolution (ordinary, transposed or strided), batch normalisation, PReLU: forward and backward.
///
/// The convolution's output is kept for the backward pass; the activation goes wherever the caller
/// says, so that both halves of a concatenation are written in place.
struct TrainedUnit {
    private enum Kind {
        case ordinary(Convolution)
        case transposed(TransposedConvolution)
        case strided(StridedConvolution)
    }

    private let name: String
    private var kind: Kind
    private var norm: BatchNormPReLU
    /// The convolution's output, before normalisation.
    private let linear: Activation

    init(
        name: String, convolution: Convolution, batch: Int, shape: WindowShape,
        cursor: inout ArenaCursor
    ) {
        self.name = name
        kind = .ordinary(convolution)
        norm = BatchNormPReLU(channels: convolution.output)
        linear = cursor.tensor(batch: batch, blocks: convolution.output.blocks, shape: shape)
    }

    init(
        name: String, transposed: TransposedConvolution, batch: Int, shape: WindowShape,
        cursor: inout ArenaCursor
    ) {
        self.name = name
        kind = .transposed(transposed)
        norm = BatchNormPReLU(channels: transposed.output)
        linear = cursor.tensor(batch: batch, blocks: transposed.output.blocks, shape: shape)
    }

    init(
        name: String, strided: StridedConvolution, batch: Int, shape: WindowShape,
        cursor: inout ArenaCursor
    ) {
        self.name = name
        kind = .strided(strided)
        norm = BatchNormPReLU(channels: strided.output)
        linear = cursor.tensor(batch: batch, blocks: strided.output.blocks, shape: shape)
    }

    mutating func load(_ values: ParameterValues) {
        let weights = values["\(name).conv.weight"]
        let bias = values["\(name).conv.bias"]
        switch kind {
        case .ordinary(var convolution):
            convolution.load(weights: weights, bias: bias)
            kind = .ordinary(convolution)
        case .transposed(var convolution):
            convolution.load(weights: weights, bias: bias)
            kind = .transposed(convolution)
        case .strided(var convolution):
            convolution.load(weights: weights, bias: bias)
            kind = .strided(convolution)
        }
        norm.load(
            gamma: values["\(name).norm.weight"], beta: values["\(name).norm.bias"],
            slope: values["\(name).act.weight"])
    }

    mutating func forward(_ x: Activation, into y: Activation) {
        switch kind {
        case .ordinary(let convolution): convolution.forward(x, into: linear)
        case .transposed(let convolution): convolution.forward(x, into: linear)
        case .strided(let convolution): convolution.forward(x, into: linear)
        }
        norm.forward(linear, into: y)
    }

    /// From dy (destroyed) to dx, where wanted, and the parameters' gradients; `accumulating` adds to
    /// what dx holds (not under a transposed convolution).
    mutating func backward(
        x: Activation, dy: Activation, dx: Activation?, gradients: GradientStore,
        accumulating: Bool = false
    ) {
        norm.backward(
            x: linear, dy: dy, gamma: gradients.place("\(name).norm.weight"),
            beta: gradients.place("\(name).norm.bias"),
            slope: gradients.place("\(name).act.weight"))
        let weights = gradients.place("\(name).conv.weight")
        // The normalisation takes the bias away again with the batch's mean: a sum over dy here is
        // nothing but rounding, at the price of reading all of it.
        gradients.place("\(name).conv.bias").update(repeating: 0)
        switch kind {
        case .ordinary(var convolution):
            convolution.weightGradient(x: x, dy: dy, weights: weights, bias: nil)
            if let dx { convolution.inputGradient(dy, into: dx, accumulating: accumulating) }
            kind = .ordinary(convolution)
        case .transposed(var convolution):
            convolution.weightGradient(x: x, dy: dy, weights: weights)
            if let dx { convolution.inputGradient(dy, into: dx) }
            kind = .transposed(convolution)
        case .strided(var convolution):
            convolution.weightGradient(x: x, dy: dy, weights: weights)
            if let dx { convolution.inputGradient(dy, into: dx, accumulating: accumulating) }
            kind = .strided(convolution)
        }
    }

    /// Moves the running statistics of `values` towards the last batch's.
    func updateRunning(_ values: inout ParameterValues) {
        let mean = values.layout.entry("\(name).norm.running_mean").range
        let variance = values.layout.entry("\(name).norm.running_var").range
        values.statistics.withUnsafeMutableBufferPointer { all in
            norm.updateRunning(
                mean: UnsafeMutableBufferPointer(rebasing: all[mean]),
                variance: UnsafeMutableBufferPointer(rebasing: all[variance]),
                count: linear.voxels)
        }
    }
}
