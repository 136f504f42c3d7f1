import CKernels

/// The paper's network (``NetworkFamily/paper``) in training.
///
/// Level l's encoder output is written into the first half of its concatenation and the upsampled
/// features into the second, except under the attention gate, whose first half is the gated skip.
struct TrainingGraph: TrainingLayers {
    let image: Activation
    let logits: Activation
    let logitGradient: Activation

    private let architecture: Architecture
    private var encoder: [TrainedBlock] = []
    private var upsample: [TrainedUnit] = []
    private var decoder: [TrainedBlock] = []
    private var spatial: [TrainedSpatialAttention] = []
    private var gates: [TrainedAttentionGate] = []
    private var classify: Convolution

    // Per level: what the encoder gives, the concatenation, what the decoder block sees and gives.
    private var skip: [Activation] = []
    private var skipGradient: [Activation] = []
    private var pooled: [Activation] = []
    private var pooledGradient: [Activation] = []
    private var joined: [Activation] = []
    private var joinedGradient: [Activation] = []
    private var attended: [Activation] = []
    private var attendedGradient: [Activation] = []
    private var decoded: [Activation] = []
    private var decodedGradient: [Activation] = []

    /// The attention maps, finest level first; empty without attention.
    var maps: [Activation] {
        switch architecture.attention {
        case .none: []
        case .spatial: spatial.map(\.map)
        case .gate: gates.map(\.map)
        }
    }

    init(_ architecture: Architecture, batch: Int, window: WindowShape, cursor: inout ArenaCursor) {
        self.architecture = architecture
        let shapes = architecture.shapes(for: window)
        let widths = architecture.channels
        let point = WindowShape(depth: 1, height: 1, width: 1)
        image = cursor.tensor(batch: batch, blocks: 1, lanes: 1, shape: window)
        logits = cursor.tensor(batch: batch, blocks: 1, shape: window)
        logitGradient = cursor.tensor(batch: batch, blocks: 1, shape: window)
        classify = Convolution(
            kernel: point, input: ChannelMap([widths[0]]), output: ChannelMap([2]), trains: true)
        for level in 0..<4 { reserveLevel(level, batch: batch, shapes: shapes, cursor: &cursor) }
        reserveBottom(batch: batch, shape: shapes[4], cursor: &cursor)
        for level in 0..<5 {
            let input = level == 0 ? ChannelMap([1]) : ChannelMap([widths[level - 1]])
            encoder.append(
                TrainedBlock(
                    name: "encoder.\(level)", input: input, output: ChannelMap([widths[level]]),
                    kernel: architecture.kernels[level], batch: batch, shape: shapes[level],
                    fromImage: level == 0, cursor: &cursor))
        }
        for level in 0..<4 { addDecoder(level, batch: batch, shapes: shapes, cursor: &cursor) }
        addAttention(batch: batch, shapes: shapes, cursor: &cursor)
    }

    private mutating func reserveLevel(
        _ level: Int, batch: Int, shapes: [WindowShape], cursor: inout ArenaCursor
    ) {
        let blocks = ChannelMap([architecture.channels[level]]).blocks
        let shape = shapes[level]
        func tensor(_ blocks: Int, _ shape: WindowShape) -> Activation {
            cursor.tensor(batch: batch, blocks: blocks, shape: shape)
        }
        joined.append(tensor(2 * blocks, shape))
        joinedGradient.append(tensor(2 * blocks, shape))
        if architecture.attention == .gate {
            skip.append(tensor(blocks, shape))
            skipGradient.append(tensor(blocks, shape))
        } else {
            skip.append(joined[level].channelBlocks(0..<blocks))
            skipGradient.append(joinedGradient[level].channelBlocks(0..<blocks))
        }
        if architecture.attention == .spatial {
            attended.append(tensor(2 * blocks, shape))
            attendedGradient.append(tensor(2 * blocks, shape))
        } else {
            attended.append(joined[level])
            attendedGradient.append(joinedGradient[level])
        }
        pooled.append(tensor(blocks, shapes[level + 1]))
        pooledGradient.append(tensor(blocks, shapes[level + 1]))
        decoded.append(tensor(blocks, shape))
        decodedGradient.append(tensor(blocks, shape))
    }

    /// At the bottom `skip` is the block's output and `decoded` what goes up: after attention.
    private mutating func reserveBottom(
        batch: Int, shape: WindowShape, cursor: inout ArenaCursor
    ) {
        let blocks = ChannelMap([architecture.channels[4]]).blocks
        skip.append(cursor.tensor(batch: batch, blocks: blocks, shape: shape))
        skipGradient.append(cursor.tensor(batch: batch, blocks: blocks, shape: shape))
        if architecture.attention == .spatial {
            decoded.append(cursor.tensor(batch: batch, blocks: blocks, shape: shape))
            decodedGradient.append(cursor.tensor(batch: batch, blocks: blocks, shape: shape))
        } else {
            decoded.append(skip[4])
            decodedGradient.append(skipGradient[4])
        }
    }

    private mutating func addDecoder(
        _ level: Int, batch: Int, shapes: [WindowShape], cursor: inout ArenaCursor
    ) {
        let widths = architecture.channels
        upsample.append(
            TrainedUnit(
                name: "upsample.\(level)",
                transposed: TransposedConvolution(
                    stride: architecture.strides[level], input: ChannelMap([widths[level + 1]]),
                    output: ChannelMap([widths[level]]), trains: true),
                batch: batch, shape: shapes[level], cursor: &cursor))
        decoder.append(
            TrainedBlock(
                name: "decoder.\(level)", input: ChannelMap([widths[level], widths[level]]),
                output: ChannelMap([widths[level]]), kernel: architecture.kernels[level],
                batch: batch, shape: shapes[level], cursor: &cursor))
    }

    private mutating func addAttention(
        batch: Int, shapes: [WindowShape], cursor: inout ArenaCursor
    ) {
        let widths = architecture.channels
        switch architecture.attention {
        case .none: break
        case .spatial:
            for level in 0..<5 {
                let segments = level == 4 ? [widths[4]] : [widths[level], widths[level]]
                spatial.append(
                    TrainedSpatialAttention(
                        name: "attend.\(level)", channels: ChannelMap(segments),
                        hidden: segments.reduce(0, +) / 2, kernel: architecture.kernels[level],
                        batch: batch, shape: shapes[level], cursor: &cursor))
            }
        case .gate:
            for level in 0..<4 {
                gates.append(
                    TrainedAttentionGate(
                        name: "attend.\(level)", channels: ChannelMap([widths[level]]),
                        hidden: widths[level] / 2, batch: batch, shape: shapes[level],
                        cursor: &cursor))
            }
        }
    }

    /// The half of a concatenation that holds the upsampled features.
    private func upper(_ joined: [Activation], _ level: Int) -> Activation {
        let blocks = joined[level].blocks
        return joined[level].channelBlocks(blocks / 2..<blocks)
    }

    private func lower(_ joined: [Activation], _ level: Int) -> Activation {
        joined[level].channelBlocks(0..<joined[level].blocks / 2)
    }

    mutating func load(_ values: ParameterValues) {
        for index in encoder.indices { encoder[index].load(values) }
        for index in upsample.indices { upsample[index].load(values) }
        for index in decoder.indices { decoder[index].load(values) }
        for index in spatial.indices { spatial[index].load(values) }
        for index in gates.indices { gates[index].load(values) }
        classify.load(weights: values["classify.weight"], bias: values["classify.bias"])
    }

    mutating func forward() {
        for level in 0..<4 {
            encoder[level].forward(level == 0 ? image : pooled[level - 1], into: skip[level])
            maxPool(skip[level], into: pooled[level], stride: architecture.strides[level])
        }
        encoder[4].forward(pooled[3], into: skip[4])
        if architecture.attention == .spatial { spatial[4].forward(skip[4], into: decoded[4]) }
        for level in (0..<4).reversed() {
            upsample[level].forward(decoded[level + 1], into: upper(joined, level))
            switch architecture.attention {
            case .none: break
            case .gate:
                gates[level].forward(
                    skip: skip[level], gate: upper(joined, level), into: lower(joined, level))
            case .spatial: spatial[level].forward(joined[level], into: attended[level])
            }
            decoder[level].forward(attended[level], into: decoded[level])
        }
        classify.forward(decoded[0], into: logits)
    }

    /// The reverse of ``forward()``, from `logitGradient` and the maps' own gradients.
    mutating func backward(maps: [[Float]], gradients: GradientStore) {
        classify.weightGradient(
            x: decoded[0], dy: logitGradient, weights: gradients.place("classify.weight"),
            bias: gradients.place("classify.bias"))
        classify.inputGradient(logitGradient, into: decodedGradient[0])
        for level in 0..<4 {
            decoder[level].backward(
                x: attended[level], dy: decodedGradient[level], dx: attendedGradient[level],
                gradients: gradients)
            let supervision = maps.isEmpty ? nil : maps[level]
            switch architecture.attention {
            case .none: break
            case .gate:
                gates[level].backward(
                    skip: skip[level], gate: upper(joined, level),
                    dy: lower(joinedGradient, level), dSkip: skipGradient[level],
                    dGate: upper(joinedGradient, level), supervision: supervision,
                    gradients: gradients)
            case .spatial:
                spatial[level].backward(
                    x: joined[level], dy: attendedGradient[level], dx: joinedGradient[level],
                    supervision: supervision, gradients: gradients)
            }
            upsample[level].backward(
                x: decoded[level + 1], dy: upper(joinedGradient, level),
                dx: decodedGradient[level + 1], gradients: gradients)
        }
        if architecture.attention == .spatial {
            spatial[4].backward(
                x: skip[4], dy: decodedGradient[4], dx: skipGradient[4],
                supervision: maps.isEmpty ? nil : maps[4], gradients: gradients)
        }
        for level in (0..<5).reversed() {
            if level < 4 {
                maxPoolBackward(
                    x: skip[level], y: pooled[level], dy: pooledGradient[level],
                    dx: skipGradient[level], stride: architecture.strides[level])
            }
            encoder[level].backward(
                x: level == 0 ? image : pooled[level - 1], dy: skipGradient[level],
                dx: level == 0 ? nil : pooledGradient[level - 1], gradients: gradients)
        }
    }

    func updateRunning(_ values: inout ParameterValues) {
        for block in encoder { block.updateRunning(&values) }
        for unit in upsample { unit.updateRunning(&values) }
        for block in decoder { block.updateRunning(&values) }
    }
}
