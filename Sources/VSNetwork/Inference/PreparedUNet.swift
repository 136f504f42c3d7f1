import CKernels

/// A network ready to run: normalisation folded in, weights in the kernels' order; immutable, so
/// that many runs may share it, each with a ``Workspace`` of its own.
public final class PreparedUNet: Sendable {
    /// What the network is.
    public let architecture: Architecture

    private let encoder: [[InferenceUnit]]
    private let upsample: [InferenceUpsample]
    private let decoder: [[InferenceUnit]]
    private let attention: [InferenceAttention?]
    private let background: ScoreConvolution
    private let foreground: ScoreConvolution
    /// Foreground minus background: the softmax of two classes is the sigmoid of the difference.
    private let difference: ScoreConvolution

    /// Prepares a model.
    public convenience init(_ model: ModelFile) {
        self.init(architecture: model.description.architecture, values: model.values)
    }

    package init(architecture: Architecture, values: ParameterValues) {
        self.architecture = architecture
        let widths = architecture.channels
        func block(_ name: String, input: ChannelMap, level: Int, fromImage: Bool = false)
            -> [InferenceUnit]
        {
            let output = ChannelMap([widths[level]])
            let kernel = architecture.kernels[level]
            return [
                InferenceUnit(
                    values, name: "\(name).unit1", kernel: kernel, input: input, output: output,
                    fromImage: fromImage),
                InferenceUnit(
                    values, name: "\(name).unit2", kernel: kernel, input: output, output: output),
            ]
        }
        encoder = (0..<5).map { level in
            block(
                "encoder.\(level)", input: ChannelMap([level == 0 ? 1 : widths[level - 1]]),
                level: level, fromImage: level == 0)
        }
        upsample = (0..<4).map { level in
            InferenceUpsample(
                values, name: "upsample.\(level)", stride: architecture.strides[level],
                input: ChannelMap([widths[level + 1]]), output: ChannelMap([widths[level]]))
        }
        decoder = (0..<4).map { level in
            block(
                "decoder.\(level)", input: ChannelMap([widths[level], widths[level]]),
                level: level)
        }
        attention = (0..<5).map {
            InferenceAttention(values, architecture: architecture, level: $0)
        }
        let point = WindowShape(depth: 1, height: 1, width: 1)
        let weights = Array(values["classify.weight"])
        let bias = Array(values["classify.bias"])
        func score(_ weights: some Collection<Float>, _ bias: Float) -> ScoreConvolution {
            var layer = ScoreConvolution(
                kernel: point, input: ChannelMap([widths[0]]), trains: false)
            layer.load(weights: Array(weights)[...], bias: bias)
            return layer
        }
        let (first, second) = (weights.prefix(widths[0]), weights.suffix(widths[0]))
        background = score(first, bias[0])
        foreground = score(second, bias[1])
        difference = score(zip(second, first).map { $0 - $1 }, bias[1] - bias[0])
    }

    /// Memory for runs on windows of this shape.
    ///
    /// - Throws: ``NetworkError`` where the window does not suit or memory is short.
    public func makeWorkspace(for window: WindowShape) throws(NetworkError) -> Workspace {
        try Workspace(architecture: architecture, window: window)
    }

    /// The same with slabs of about so many bytes; results do not depend on it.
    package func makeWorkspace(
        for window: WindowShape, slabBytes: Int
    ) throws(NetworkError) -> Workspace {
        try Workspace(architecture: architecture, window: window, slabBytes: slabBytes)
    }

    /// Bytes of activations a window needs, before any are taken.
    public static func workspaceBytes(
        for window: WindowShape, architecture: Architecture
    ) -> Int {
        WindowPlan(architecture, window: window).floats * MemoryLayout<Float>.stride
    }

    /// The foreground probability of every voxel of a window.
    ///
    /// - Parameters:
    ///   - input: [D][H][W], normalised as the model says.
    ///   - output: [D][H][W], 0 to 1.
    ///   - workspace: memory for this window's shape; used by one run at a time.
    public func foregroundProbability(
        of input: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>,
        workspace: Workspace
    ) {
        precondition(output.count == workspace.window.count, "one place per voxel of the window")
        run(input, workspace: workspace) { decoded, range in
            difference.forward(decoded, into: workspace.tensors.output.slices(range))
        }
        var probability = workspace.tensors.output.raw
        vsdb_sigmoid_f32(&probability)
        vsdb_unpack_scalar_f32(&probability, output.baseAddress)
    }

    /// Logits [2][D][H][W] and the attention maps, finest level first.
    package func logits(
        of input: [Float], workspace: Workspace
    ) -> (logits: [Float], maps: [[Float]]) {
        let tensors = workspace.tensors
        input.withUnsafeBufferPointer {
            run($0, workspace: workspace) { decoded, range in
                background.forward(decoded, into: tensors.background.slices(range))
                foreground.forward(decoded, into: tensors.output.slices(range))
            }
        }
        let maps = attention.indices.filter { attention[$0] != nil }.map { tensors.map[$0].plain }
        return (tensors.background.plain + tensors.output.plain, maps)
    }

    /// Runs everything but the classifier, which is told of each slab of the finest features that is
    /// ready, and its slices.
    private func run(
        _ input: UnsafeBufferPointer<Float>, workspace: Workspace,
        classify: (Activation, Range<Int>) -> Void
    ) {
        precondition(input.count == workspace.window.count, "one value per voxel of the window")
        let tensors = workspace.tensors
        let planar = architecture.planarLevels
        let depth = workspace.window.depth
        var image = tensors.image.raw
        vsdb_pack_scalar_f32(input.baseAddress, &image)
        clearBorders(planar, tensors.encoderMiddle, tensors.pooled, tensors.skip)
        for range in slabs(of: depth, tensors.slab) {
            for level in 0..<planar { encodeSlab(level, range, tensors) }
        }
        for level in planar..<5 { encode(level, tensors) }
        attend(4, tensors.skip[4], tensors.hidden[4], map: tensors.map[4])
        for level in (planar..<4).reversed() { decode(level, tensors) }
        guard planar > 0 else { return classify(tensors.decoded[0], 0..<depth) }
        clearBorders(
            planar, tensors.joined, tensors.hidden, tensors.decoderMiddle, tensors.decoded)
        for range in slabs(of: depth, tensors.slab) {
            for level in (0..<planar).reversed() { decodeSlab(level, range, tensors) }
            classify(tensors.decoded[0].slices(0..<range.count), range)
        }
    }

    private func slabs(of depth: Int, _ slab: Int) -> [Range<Int>] {
        stride(from: 0, to: depth, by: slab).map { $0..<min($0 + slab, depth) }
    }

    /// The planar levels' tensors lie where others lay before; the kernels leave borders alone.
    private func clearBorders(_ planar: Int, _ tensors: [Activation]...) {
        for list in tensors { for level in 0..<planar { clearBorder(list[level]) } }
    }

    private func encode(_ level: Int, _ tensors: WindowTensors) {
        clearBorder(level == 4 ? tensors.skip[4] : tensors.joined[level])
        clearBorder(tensors.encoderMiddle[level])
        encoder[level][0].run(
            level == 0 ? tensors.image : tensors.pooled[level - 1],
            into: tensors.encoderMiddle[level])
        encoder[level][1].run(tensors.encoderMiddle[level], into: tensors.skip[level])
        guard level < 4 else { return }
        clearBorder(tensors.pooled[level])
        maxPool(
            tensors.skip[level], into: tensors.pooled[level],
            stride: architecture.strides[level])
    }

    /// The slices `range` of a planar level.
    private func encodeSlab(_ level: Int, _ range: Range<Int>, _ tensors: WindowTensors) {
        let own = 0..<range.count
        let middle = tensors.encoderMiddle[level].slices(own)
        let skip = tensors.skip[level].slices(range)
        let isLast = level == architecture.planarLevels - 1
        encoder[level][0].run(
            level == 0 ? tensors.image.slices(range) : tensors.pooled[level - 1].slices(own),
            into: middle)
        encoder[level][1].run(middle, into: skip)
        maxPool(
            skip, into: tensors.pooled[level].slices(isLast ? range : own),
            stride: architecture.strides[level])
    }

    private func decode(_ level: Int, _ tensors: WindowTensors) {
        let joined = tensors.joined[level]
        upsample[level].run(
            tensors.decoded[level + 1],
            into: joined.channelBlocks(joined.blocks / 2..<joined.blocks))
        clearBorder(tensors.hidden[level])
        attend(level, joined, tensors.hidden[level], map: tensors.map[level])
        clearBorder(tensors.decoderMiddle[level])
        decoder[level][0].run(joined, into: tensors.decoderMiddle[level])
        clearBorder(tensors.decoded[level])
        decoder[level][1].run(tensors.decoderMiddle[level], into: tensors.decoded[level])
    }

    /// The slices `range` of a planar level.
    private func decodeSlab(_ level: Int, _ range: Range<Int>, _ tensors: WindowTensors) {
        let own = 0..<range.count
        let isLast = level == architecture.planarLevels - 1
        let joined = tensors.joined[level].slices(own)
        copy(tensors.skip[level].slices(range), into: joined.channelBlocks(0..<joined.blocks / 2))
        upsample[level].run(
            tensors.decoded[level + 1].slices(isLast ? range : own),
            into: joined.channelBlocks(joined.blocks / 2..<joined.blocks))
        attend(
            level, joined, tensors.hidden[level].slices(own), map: tensors.map[level].slices(range))
        let middle = tensors.decoderMiddle[level].slices(own)
        decoder[level][0].run(joined, into: middle)
        decoder[level][1].run(middle, into: tensors.decoded[level].slices(own))
    }

    private func attend(
        _ level: Int, _ joined: Activation, _ hidden: Activation, map: Activation
    ) {
        attention[level]?.run(joined, hidden: hidden, map: map)
    }
}
