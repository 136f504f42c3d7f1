/// Attention in inference: either module, its convolutions prepared.
enum InferenceAttention {
    case spatial(reduce: Convolution, score: ScoreConvolution)
    case gate(theta: Convolution, phi: Convolution, psi: ScoreConvolution)

    /// Blocks of the hidden features.
    var hiddenBlocks: Int {
        switch self {
        case .spatial(let reduce, _): reduce.output.blocks
        case .gate(let theta, _, _): theta.output.blocks
        }
    }

    /// The module of one level, or nil where the architecture has none there.
    init?(_ values: ParameterValues, architecture: Architecture, level: Int) {
        let name = "attend.\(level)"
        let width = architecture.channels[level]
        switch architecture.attention {
        case .none: return nil
        case .spatial:
            let segments = architecture.attendedSegments(level)
            let middle = ChannelMap([segments.reduce(0, +) / 2])
            let kernel = architecture.kernels[level]
            var reduce = Convolution(
                kernel: kernel, input: ChannelMap(segments), output: middle, trains: false)
            reduce.load(
                weights: values["\(name).reduce.weight"], bias: values["\(name).reduce.bias"])
            var score = ScoreConvolution(kernel: kernel, input: middle, trains: false)
            score.load(
                weights: values["\(name).score.weight"],
                bias: values["\(name).score.bias"].first ?? 0)
            self = .spatial(reduce: reduce, score: score)
        case .gate:
            guard level < architecture.levels - 1 else { return nil }
            let point = WindowShape(depth: 1, height: 1, width: 1)
            let input = ChannelMap([width])
            let middle = ChannelMap([width / 2])
            var theta = Convolution(kernel: point, input: input, output: middle, trains: false)
            theta.load(weights: values["\(name).theta.weight"], bias: nil)
            var phi = Convolution(kernel: point, input: input, output: middle, trains: false)
            phi.load(weights: values["\(name).phi.weight"], bias: values["\(name).phi.bias"])
            var psi = ScoreConvolution(kernel: point, input: middle, trains: false)
            psi.load(
                weights: values["\(name).psi.weight"],
                bias: values["\(name).psi.bias"].first ?? 0)
            self = .gate(theta: theta, phi: phi, psi: psi)
        }
    }

    /// Whether the map weighs everything as 1 + map does, which a convolution can do as it reads them.
    var weighsAll: Bool {
        if case .spatial = self { true } else { false }
    }

    /// Applies the module in place, or makes only its map where the features are weighed later.
    ///
    /// - Parameters:
    ///   - joined: the concatenation [skip, up], or the bottom's features.
    ///   - hidden: scratch of ``hiddenBlocks`` blocks.
    ///   - map: receives the attention map.
    ///   - applies: false only where ``weighsAll``.
    func run(_ joined: Activation, hidden: Activation, map: Activation, applies: Bool = true) {
        score(joined, hidden: hidden, into: map)
        if applies { weigh(joined, score: map) } else { sigmoid(map) }
    }

    /// The scores, of which the map is the sigmoid.
    func score(_ joined: Activation, hidden: Activation, into map: Activation) {
        switch self {
        case .spatial(let reduce, let score):
            reduce.forward(joined, into: hidden, slope: relu(reduce.output))
            score.forward(hidden, into: map)
        case .gate(let theta, let phi, let psi):
            let half = joined.blocks / 2
            phi.forward(joined.channelBlocks(half..<joined.blocks), into: hidden)
            theta.accumulate(joined.channelBlocks(0..<half), into: hidden)
            reluForward(hidden)
            psi.forward(hidden, into: map)
        }
    }

    /// Turns scores into the map, in place, and weighs the features by it.
    func weigh(_ joined: Activation, score: Activation) {
        switch self {
        case .spatial: applyAttention(joined, score: score, residual: 1, into: joined)
        case .gate:
            let skip = joined.channelBlocks(0..<joined.blocks / 2)
            applyAttention(skip, score: score, residual: 0, into: skip)
        }
    }
}
