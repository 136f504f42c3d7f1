/// Convolution, folded normalisation and PReLU in one pass.
struct InferenceUnit {
    private let convolution: Convolution
    private let slope: [Float]

    init(
        _ values: ParameterValues, name: String, kernel: WindowShape, input: ChannelMap,
        output: ChannelMap, fromImage: Bool = false
    ) {
        let folded = FoldedWeights(values, unit: name, channelAxis: 0)
        var convolution = Convolution(
            kernel: kernel, input: input, output: output, fromImage: fromImage, trains: false)
        convolution.load(weights: folded.weights[...], bias: folded.bias[...])
        self.convolution = convolution
        slope = output.padded(folded.slope)
    }

    /// Whether it can weigh its input by a map.
    var takesAttention: Bool { convolution.takesAttention }

    /// y from x, or from x (1 + map) where ``takesAttention``.
    func run(_ x: Activation, map: Activation? = nil, into y: Activation) {
        if let map {
            convolution.forwardAttended(x, map: map, into: y, slope: slope)
        } else {
            convolution.forward(x, into: y, slope: slope)
        }
    }
}

/// Units one after the other and, in a residual network, a 1x1x1 convolution around them.
struct InferenceBlock {
    private let units: [InferenceUnit]
    private let residual: Convolution?

    /// Whether a tensor is needed between its units.
    var hasMiddle: Bool { units.count > 1 }

    /// Whether it can weigh its input by a map.
    var takesAttention: Bool { residual == nil && units[0].takesAttention }

    /// The block `name` with units unit1, unit2 and so on, as many as `count`.
    init(
        _ values: ParameterValues, name: String, count: Int, kernel: WindowShape,
        input: ChannelMap, output: ChannelMap, fromImage: Bool = false
    ) {
        units = (1...count).map { number in
            InferenceUnit(
                values, name: "\(name).unit\(number)", kernel: kernel,
                input: number == 1 ? input : output, output: output,
                fromImage: fromImage && number == 1)
        }
        guard values.layout.has("\(name).residual.weight") else {
            residual = nil
            return
        }
        var around = Convolution(
            kernel: WindowShape(depth: 1, height: 1, width: 1), input: input, output: output,
            fromImage: fromImage, trains: false)
        around.load(
            weights: values["\(name).residual.weight"], bias: values["\(name).residual.bias"])
        residual = around
    }

    /// y from x, or from x (1 + map) where ``takesAttention``; `middle` is scratch where ``hasMiddle``.
    ///
    /// `prepare` is called before anything is written to y. By then x is no longer read if the block
    /// has two units and no convolution around them, and y may lie in its place.
    func run(
        _ x: Activation, map: Activation? = nil, middle: Activation, into y: Activation,
        prepare: () -> Void = {}
    ) {
        if units.count == 1 {
            prepare()
            units[0].run(x, map: map, into: y)
        } else {
            units[0].run(x, map: map, into: middle)
            prepare()
            units[1].run(middle, into: y)
        }
        residual?.accumulate(x, into: y)
    }
}
