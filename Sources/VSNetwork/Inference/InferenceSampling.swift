/// The way from one level to the next coarser in inference.
enum InferenceDownsampling {
    case pool(WindowShape)
    case convolution(StridedUnit)

    /// The way down from a level.
    init(_ values: ParameterValues, architecture: Architecture, level: Int) {
        let width = ChannelMap([architecture.channels[level]])
        self =
            switch architecture.family {
            case .paper: .pool(architecture.strides[level])
            case .residual:
                .convolution(
                    StridedUnit(
                        values, name: "downsample.\(level)",
                        convolution: StridedConvolution(
                            .down, kernel: architecture.samplingKernels[level],
                            stride: architecture.strides[level], fine: width, coarse: width,
                            trains: false)))
            }
    }

    func run(_ x: Activation, into y: Activation) {
        switch self {
        case .pool(let stride): maxPool(x, into: y, stride: stride)
        case .convolution(let unit): unit.run(x, into: y)
        }
    }
}

/// The way from one level to the next finer in inference: transposed convolution, folded
/// normalisation and PReLU in one pass.
enum InferenceUpsampling {
    case cells(TransposedConvolution, slope: [Float])
    case convolution(StridedUnit)

    /// The way up to a level.
    init(_ values: ParameterValues, architecture: Architecture, level: Int) {
        let name = "upsample.\(level)"
        let stride = architecture.strides[level]
        let coarse = ChannelMap([architecture.channels[level + 1]])
        let fine = ChannelMap([architecture.channels[level]])
        switch architecture.family {
        case .paper:
            let folded = FoldedWeights(values, unit: name, channelAxis: 1)
            var convolution = TransposedConvolution(
                stride: stride, input: coarse, output: fine, trains: false)
            convolution.load(weights: folded.weights[...], bias: folded.bias[...])
            self = .cells(convolution, slope: fine.padded(folded.slope))
        case .residual:
            self = .convolution(
                StridedUnit(
                    values, name: name,
                    convolution: StridedConvolution(
                        .up, kernel: architecture.samplingKernels[level], stride: stride,
                        fine: fine, coarse: coarse, trains: false)))
        }
    }

    func run(_ x: Activation, into y: Activation) {
        switch self {
        case .cells(let convolution, let slope): convolution.forward(x, into: y, slope: slope)
        case .convolution(let unit): unit.run(x, into: y)
        }
    }
}

/// Strided convolution, folded normalisation and PReLU in one pass.
struct StridedUnit {
    private let convolution: StridedConvolution
    private let slope: [Float]

    init(_ values: ParameterValues, name: String, convolution: StridedConvolution) {
        let folded = FoldedWeights(
            values, unit: name, channelAxis: convolution.direction == .down ? 0 : 1)
        var convolution = convolution
        convolution.load(weights: folded.weights[...], bias: folded.bias[...])
        self.convolution = convolution
        slope = convolution.output.padded(folded.slope)
    }

    func run(_ x: Activation, into y: Activation) {
        convolution.forward(x, into: y, slope: slope)
    }
}
