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
        run(input, workspace: workspace)
        let tensors = workspace.tensors
        difference.forward(tensors.decoded[0], into: tensors.output)
        var probability = tensors.output.raw
        vsdb_sigmoid_f32(&probability)
        vsdb_unpack_scalar_f32(&probability, output.baseAddress)
    }

    /// Logits [2][D][H][W] and the attention maps, finest level first.
    package func logits(
        of input: [Float], workspace: Workspace
    ) -> (logits: [Float], maps: [[Float]]) {
        input.withUnsafeBufferPointer { run($0, workspace: workspace) }
        let tensors = workspace.tensors
        background.forward(tensors.decoded[0], into: tensors.background)
        foreground.forward(tensors.decoded[0], into: tensors.output)
        let maps = attention.indices.filter { attention[$0] != nil }.map { tensors.map[$0].plain }
        return (tensors.background.plain + tensors.output.plain, maps)
    }

    /// Runs everything but the classifier.
    private func run(_ input: UnsafeBufferPointer<Float>, workspace: Workspace) {
        precondition(input.count == workspace.window.count, "one value per voxel of the window")
        let tensors = workspace.tensors
        var image = tensors.image.raw
        vsdb_pack_scalar_f32(input.baseAddress, &image)
        for level in 0..<5 {
            let half = level == 4 ? tensors.joined[4].blocks : tensors.joined[level].blocks / 2
            let skip = tensors.joined[level].channelBlocks(0..<half)
            clearBorder(tensors.joined[level])
            clearBorder(tensors.encoderMiddle[level])
            encoder[level][0].run(
                level == 0 ? tensors.image : tensors.pooled[level - 1],
                into: tensors.encoderMiddle[level])
            encoder[level][1].run(tensors.encoderMiddle[level], into: skip)
            guard level < 4 else { break }
            clearBorder(tensors.pooled[level])
            maxPool(skip, into: tensors.pooled[level], stride: architecture.strides[level])
        }
        attend(level: 4, tensors)
        for level in (0..<4).reversed() {
            let joined = tensors.joined[level]
            upsample[level].run(
                tensors.decoded[level + 1],
                into: joined.channelBlocks(joined.blocks / 2..<joined.blocks))
            attend(level: level, tensors)
            clearBorder(tensors.decoderMiddle[level])
            decoder[level][0].run(joined, into: tensors.decoderMiddle[level])
            clearBorder(tensors.decoded[level])
            decoder[level][1].run(tensors.decoderMiddle[level], into: tensors.decoded[level])
        }
    }

    private func attend(level: Int, _ tensors: WindowTensors) {
        guard let module = attention[level] else { return }
        clearBorder(tensors.hidden[level])
        module.run(tensors.joined[level], hidden: tensors.hidden[level], map: tensors.map[level])
    }
}
