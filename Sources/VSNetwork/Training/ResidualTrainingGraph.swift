import CKernels

/// The published network (``NetworkFamily/residual``) in training.
///
/// As in ``TrainingGraph``, a level's encoder writes the first half of its concatenation and the way
/// up the second.
struct ResidualTrainingGraph: TrainingLayers {
    let image: Activation
    let logits: Activation
    let logitGradient: Activation

    private let bottom: Int
    private var encoder: [TrainedResidualBlock] = []
    private var downsample: [TrainedUnit] = []
    private var upsample: [TrainedUnit] = []
    /// Of levels 1 to the one above the bottom; the finest level's is the classifier.
    private var decoder: [TrainedResidualBlock] = []
    private var attention: [TrainedSpatialAttention] = []
    private var classify: Convolution
    private var classifyAround: Convolution

    // Per level: the concatenation, before and after attention, what goes down, what goes up.
    private var joined: [Activation] = []
    private var joinedGradient: [Activation] = []
    private var attended: [Activation] = []
    private var attendedGradient: [Activation] = []
    private var reduced: [Activation] = []
    private var reducedGradient: [Activation] = []
    private var decoded: [Activation] = []
    private var decodedGradient: [Activation] = []
    /// What the bottom's block sees: its input after attention.
    private let bottomInput: Activation
    private let bottomInputGradient: Activation

    var maps: [Activation] { attention.map(\.map) }

    init(_ architecture: Architecture, batch: Int, window: WindowShape, cursor: inout ArenaCursor) {
        let shapes = architecture.shapes(for: window)
        let widths = architecture.channels.map { ChannelMap([$0]) }
        let kernels = architecture.kernels
        let bottom = architecture.levels - 1
        self.bottom = bottom
        var memory = cursor
        func tensor(_ blocks: Int, _ shape: WindowShape, lanes: Int = 16) -> Activation {
            memory.tensor(batch: batch, blocks: blocks, lanes: lanes, shape: shape)
        }
        image = tensor(1, window, lanes: 1)
        logits = tensor(1, window)
        logitGradient = tensor(1, window)
        let hasAttention = architecture.attention == .spatial
        for level in 0..<bottom {
            let blocks = widths[level].blocks
            joined.append(tensor(2 * blocks, shapes[level]))
            joinedGradient.append(tensor(2 * blocks, shapes[level]))
            attended.append(hasAttention ? tensor(2 * blocks, shapes[level]) : joined[level])
            attendedGradient.append(
                hasAttention ? tensor(2 * blocks, shapes[level]) : joinedGradient[level])
            reduced.append(tensor(blocks, shapes[level + 1]))
            reducedGradient.append(tensor(blocks, shapes[level + 1]))
        }
        for level in 1...bottom {
            decoded.append(tensor(widths[level].blocks, shapes[level]))
            decodedGradient.append(tensor(widths[level].blocks, shapes[level]))
        }
        let blocks = widths[bottom - 1].blocks
        bottomInput = hasAttention ? tensor(blocks, shapes[bottom]) : reduced[bottom - 1]
        bottomInputGradient =
            hasAttention ? tensor(blocks, shapes[bottom]) : reducedGradient[bottom - 1]

        for level in 0...bottom {
            encoder.append(
                TrainedResidualBlock(
                    name: "encoder.\(level)", count: 2,
                    input: level == 0 ? ChannelMap([1]) : widths[level - 1], output: widths[level],
                    kernel: kernels[level], batch: batch, shape: shapes[level],
                    fromImage: level == 0, cursor: &memory))
            if hasAttention {
                let segments = architecture.attendedSegments(level)
                attention.append(
                    TrainedSpatialAttention(
                        name: "attend.\(level)", channels: ChannelMap(segments),
                        hidden: segments.reduce(0, +) / 2, kernel: kernels[level], batch: batch,
                        shape: shapes[level], cursor: &memory))
            }
        }
        for level in 0..<bottom {
            func strided(_ direction: StridedConvolution.Direction) -> StridedConvolution {
                StridedConvolution(
                    direction, kernel: architecture.samplingKernels[level],
                    stride: architecture.strides[level], fine: widths[level],
                    coarse: direction == .down ? widths[level] : widths[level + 1], trains: true)
            }
            downsample.append(
                TrainedUnit(
                    name: "downsample.\(level)", strided: strided(.down), batch: batch,
                    shape: shapes[level + 1], cursor: &memory))
            upsample.append(
                TrainedUnit(
                    name: "upsample.\(level)", strided: strided(.up), batch: batch,
                    shape: shapes[level], cursor: &memory))
        }
        for level in 1..<bottom {
            let width = architecture.channels[level]
            decoder.append(
                TrainedResidualBlock(
                    name: "decoder.\(level)", count: 1, input: ChannelMap([width, width]),
                    output: widths[level], kernel: kernels[level], batch: batch,
                    shape: shapes[level], cursor: &memory))
        }
        let width = architecture.channels[0]
        classify = Convolution(
            kernel: kernels[0], input: ChannelMap([width, width]), output: ChannelMap([2]),
            trains: true)
        classifyAround = Convolution(
            kernel: WindowShape(depth: 1, height: 1, width: 1), input: ChannelMap([width, width]),
            output: ChannelMap([2]), trains: true)
        cursor = memory
    }

    private func half(_ joined: [Activation], _ level: Int, upper: Bool) -> Activation {
        let blocks = joined[level].blocks
        return joined[level].channelBlocks(upper ? blocks / 2..<blocks : 0..<blocks / 2)
    }

    mutating func load(_ values: ParameterValues) {
        for index in encoder.indices { encoder[index].load(values) }
        for index in downsample.indices { downsample[index].load(values) }
        for index in upsample.indices { upsample[index].load(values) }
        for index in decoder.indices { decoder[index].load(values) }
        for index in attention.indices { attention[index].load(values) }
        classify.load(weights: values["classify.conv.weight"], bias: values["classify.conv.bias"])
        classifyAround.load(
            weights: values["classify.residual.weight"], bias: values["classify.residual.bias"])
    }

    mutating func forward() {
        for level in 0..<bottom {
            let skip = half(joined, level, upper: false)
            encoder[level].forward(level == 0 ? image : reduced[level - 1], into: skip)
            downsample[level].forward(skip, into: reduced[level])
        }
        if !attention.isEmpty { attention[bottom].forward(reduced[bottom - 1], into: bottomInput) }
        encoder[bottom].forward(bottomInput, into: decoded[bottom - 1])
        for level in (0..<bottom).reversed() {
            upsample[level].forward(decoded[level], into: half(joined, level, upper: true))
            if !attention.isEmpty { attention[level].forward(joined[level], into: attended[level]) }
            guard level > 0 else { continue }
            decoder[level - 1].forward(attended[level], into: decoded[level - 1])
        }
        classify.forward(attended[0], into: logits)
        classifyAround.accumulate(attended[0], into: logits)
    }

    mutating func backward(maps: [[Float]], gradients: GradientStore) {
        classify.weightGradient(
            x: attended[0], dy: logitGradient, weights: gradients.place("classify.conv.weight"),
            bias: gradients.place("classify.conv.bias"))
        classifyAround.weightGradient(
            x: attended[0], dy: logitGradient,
            weights: gradients.place("classify.residual.weight"),
            bias: gradients.place("classify.residual.bias"))
        classify.inputGradient(logitGradient, into: attendedGradient[0])
        classifyAround.inputGradient(logitGradient, into: attendedGradient[0], accumulating: true)
        for level in 0..<bottom {
            if level > 0 {
                decoder[level - 1].backward(
                    x: attended[level], dy: decodedGradient[level - 1],
                    dx: attendedGradient[level], gradients: gradients)
            }
            if !attention.isEmpty {
                attention[level].backward(
                    x: joined[level], dy: attendedGradient[level], dx: joinedGradient[level],
                    supervision: maps.isEmpty ? nil : maps[level], gradients: gradients)
            }
            upsample[level].backward(
                x: decoded[level], dy: half(joinedGradient, level, upper: true),
                dx: decodedGradient[level], gradients: gradients)
        }
        encoder[bottom].backward(
            x: bottomInput, dy: decodedGradient[bottom - 1], dx: bottomInputGradient,
            gradients: gradients)
        if !attention.isEmpty {
            attention[bottom].backward(
                x: reduced[bottom - 1], dy: bottomInputGradient, dx: reducedGradient[bottom - 1],
                supervision: maps.isEmpty ? nil : maps[bottom], gradients: gradients)
        }
        for level in (0..<bottom).reversed() {
            let skipGradient = half(joinedGradient, level, upper: false)
            downsample[level].backward(
                x: half(joined, level, upper: false), dy: reducedGradient[level], dx: skipGradient,
                gradients: gradients, accumulating: true)
            encoder[level].backward(
                x: level == 0 ? image : reduced[level - 1], dy: skipGradient,
                dx: level == 0 ? nil : reducedGradient[level - 1], gradients: gradients)
        }
    }

    func updateRunning(_ values: inout ParameterValues) {
        for block in encoder { block.updateRunning(&values) }
        for unit in downsample { unit.updateRunning(&values) }
        for unit in upsample { unit.updateRunning(&values) }
        for block in decoder { block.updateRunning(&values) }
    }
}
