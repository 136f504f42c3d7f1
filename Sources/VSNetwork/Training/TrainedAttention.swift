import CKernels

/// The spatial attention module (PA), forward and backward:
/// a = sigmoid(score(relu(reduce(x)))), y = x a + x.
struct TrainedSpatialAttention {
    private let name: String
    private var reduce: Convolution
    private var score: ScoreConvolution
    private let hidden: Activation
    private let hiddenGradient: Activation
    /// The attention map, one channel.
    let map: Activation
    private let mapGradient: Activation

    init(
        name: String, channels: ChannelMap, hidden width: Int, kernel: WindowShape, batch: Int,
        shape: WindowShape, cursor: inout ArenaCursor
    ) {
        self.name = name
        let middle = ChannelMap([width])
        reduce = Convolution(kernel: kernel, input: channels, output: middle, trains: true)
        score = ScoreConvolution(kernel: kernel, input: middle, trains: true)
        hidden = cursor.tensor(batch: batch, blocks: middle.blocks, shape: shape)
        hiddenGradient = cursor.tensor(batch: batch, blocks: middle.blocks, shape: shape)
        map = cursor.tensor(batch: batch, blocks: 1, lanes: 1, shape: shape)
        mapGradient = cursor.tensor(batch: batch, blocks: 1, lanes: 1, shape: shape)
    }

    mutating func load(_ values: ParameterValues) {
        reduce.load(
            weights: values["\(name).reduce.weight"], bias: values["\(name).reduce.bias"])
        score.load(
            weights: values["\(name).score.weight"],
            bias: values["\(name).score.bias"].first ?? 0)
    }

    func forward(_ x: Activation, into y: Activation) {
        reduce.forward(x, into: hidden, slope: relu(reduce.output))
        score.forward(hidden, into: map)
        applyAttention(x, score: map, residual: 1, into: y)
    }

    /// From dy to dx (overwritten).
    ///
    /// `supervision` is the loss's own gradient of the map.
    mutating func backward(
        x: Activation, dy: Activation, dx: Activation, supervision: [Float]?,
        gradients: GradientStore
    ) {
        attentionGradient(
            x: x, map: map, residual: 1, dy: dy, dx: dx, score: mapGradient,
            supervision: supervision)
        score.weightGradient(
            x: hidden, dy: mapGradient, weights: gradients.place("\(name).score.weight"),
            bias: gradients.place("\(name).score.bias"))
        score.inputGradient(mapGradient, into: hiddenGradient)
        reluBackward(hidden, hiddenGradient)
        reduce.weightGradient(
            x: x, dy: hiddenGradient, weights: gradients.place("\(name).reduce.weight"),
            bias: gradients.place("\(name).reduce.bias"))
        reduce.inputGradient(hiddenGradient, into: dx, accumulating: true)
    }
}

/// The additive attention gate (AG), forward and backward:
/// a = sigmoid(psi(relu(theta(skip) + phi(gate)))), y = skip a.
struct TrainedAttentionGate {
    private let name: String
    private var theta: Convolution
    private var phi: Convolution
    private var psi: ScoreConvolution
    private let hidden: Activation
    private let hiddenGradient: Activation
    /// The attention map, one channel.
    let map: Activation
    private let mapGradient: Activation

    init(
        name: String, channels: ChannelMap, hidden width: Int, batch: Int, shape: WindowShape,
        cursor: inout ArenaCursor
    ) {
        self.name = name
        let middle = ChannelMap([width])
        let point = WindowShape(depth: 1, height: 1, width: 1)
        theta = Convolution(kernel: point, input: channels, output: middle, trains: true)
        phi = Convolution(kernel: point, input: channels, output: middle, trains: true)
        psi = ScoreConvolution(kernel: point, input: middle, trains: true)
        hidden = cursor.tensor(batch: batch, blocks: middle.blocks, shape: shape)
        hiddenGradient = cursor.tensor(batch: batch, blocks: middle.blocks, shape: shape)
        map = cursor.tensor(batch: batch, blocks: 1, lanes: 1, shape: shape)
        mapGradient = cursor.tensor(batch: batch, blocks: 1, lanes: 1, shape: shape)
    }

    mutating func load(_ values: ParameterValues) {
        theta.load(weights: values["\(name).theta.weight"], bias: nil)
        phi.load(weights: values["\(name).phi.weight"], bias: values["\(name).phi.bias"])
        psi.load(
            weights: values["\(name).psi.weight"], bias: values["\(name).psi.bias"].first ?? 0)
    }

    func forward(skip: Activation, gate: Activation, into y: Activation) {
        phi.forward(gate, into: hidden)
        theta.accumulate(skip, into: hidden)
        reluForward(hidden)
        psi.forward(hidden, into: map)
        applyAttention(skip, score: map, residual: 0, into: y)
    }

    /// From dy to dSkip (overwritten); the gate's share is added to dGate.
    mutating func backward(
        skip: Activation, gate: Activation, dy: Activation, dSkip: Activation, dGate: Activation,
        supervision: [Float]?, gradients: GradientStore
    ) {
        attentionGradient(
            x: skip, map: map, residual: 0, dy: dy, dx: dSkip, score: mapGradient,
            supervision: supervision)
        psi.weightGradient(
            x: hidden, dy: mapGradient, weights: gradients.place("\(name).psi.weight"),
            bias: gradients.place("\(name).psi.bias"))
        psi.inputGradient(mapGradient, into: hiddenGradient)
        reluBackward(hidden, hiddenGradient)
        theta.weightGradient(
            x: skip, dy: hiddenGradient, weights: gradients.place("\(name).theta.weight"),
            bias: nil)
        phi.weightGradient(
            x: gate, dy: hiddenGradient, weights: gradients.place("\(name).phi.weight"),
            bias: gradients.place("\(name).phi.bias"))
        theta.inputGradient(hiddenGradient, into: dSkip, accumulating: true)
        phi.inputGradient(hiddenGradient, into: dGate, accumulating: true)
    }
}
