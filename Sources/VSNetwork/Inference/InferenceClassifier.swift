/// The last convolution: the logits of both classes and their difference, each a sum over channels.
struct InferenceClassifier {
    let background: ScoreConvolution
    let foreground: ScoreConvolution
    /// Foreground minus background: the softmax of two classes is the sigmoid of the difference.
    let difference: ScoreConvolution

    init(_ values: ParameterValues, architecture: Architecture) {
        let width = architecture.channels[0]
        switch architecture.family {
        case .paper:
            self.init(
                kernel: WindowShape(depth: 1, height: 1, width: 1), input: ChannelMap([width]),
                weights: Array(values["classify.weight"]), bias: Array(values["classify.bias"]))
        case .residual:
            // The 1x1x1 convolution beside it joins the kernel's middle.
            let kernel = architecture.kernels[0]
            var weights = Array(values["classify.conv.weight"])
            for (pair, value) in values["classify.residual.weight"].enumerated() {
                weights[pair * kernel.taps + kernel.taps / 2] += value
            }
            let bias = zip(values["classify.conv.bias"], values["classify.residual.bias"]).map(+)
            self.init(
                kernel: kernel, input: ChannelMap([width, width]), weights: weights, bias: bias)
        }
    }

    /// From weights [2][in][taps].
    private init(kernel: WindowShape, input: ChannelMap, weights: [Float], bias: [Float]) {
        let first = weights.prefix(weights.count / 2)
        let second = weights.suffix(weights.count / 2)
        func score(_ weights: [Float], _ bias: Float) -> ScoreConvolution {
            var layer = ScoreConvolution(kernel: kernel, input: input, trains: false)
            layer.load(weights: weights[...], bias: bias)
            return layer
        }
        background = score(Array(first), bias[0])
        foreground = score(Array(second), bias[1])
        difference = score(zip(second, first).map { $0 - $1 }, bias[1] - bias[0])
    }
}
