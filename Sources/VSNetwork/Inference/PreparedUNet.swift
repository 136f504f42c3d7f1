import CKernels

/// A network ready to run: normalisation folded in, weights in the kernels' order; immutable, so
/// that many runs may share it, each with a ``Workspace`` of its own.
public final class PreparedUNet: Sendable {
    /// What the network is.
    public let architecture: Architecture

    private let encoder: [InferenceBlock]
    private let downsample: [InferenceDownsampling]
    private let upsample: [InferenceUpsampling]
    /// One per level but the bottom; nil where the classifier takes the concatenation itself.
    private let decoder: [InferenceBlock?]
    private let attention: [InferenceAttention?]
    private let classifier: InferenceClassifier
    private var bottom: Int { encoder.count - 1 }

    /// Prepares a model.
    public convenience init(_ model: ModelFile) {
        self.init(architecture: model.description.architecture, values: model.values)
    }

    package init(architecture: Architecture, values: ParameterValues) {
        self.architecture = architecture
        let widths = architecture.channels
        let kernels = architecture.kernels
        let isPaper = architecture.family == .paper
        let levels = architecture.levels
        encoder = (0..<levels).map { level in
            InferenceBlock(
                values, name: "encoder.\(level)", count: 2, kernel: kernels[level],
                input: ChannelMap([level == 0 ? 1 : widths[level - 1]]),
                output: ChannelMap([widths[level]]), fromImage: level == 0)
        }
        downsample = (0..<levels - 1).map {
            InferenceDownsampling(values, architecture: architecture, level: $0)
        }
        upsample = (0..<levels - 1).map {
            InferenceUpsampling(values, architecture: architecture, level: $0)
        }
        decoder = (0..<levels - 1).map { level in
            guard isPaper || level > 0 else { return nil }
            return InferenceBlock(
                values, name: "decoder.\(level)", count: isPaper ? 2 : 1, kernel: kernels[level],
                input: ChannelMap([widths[level], widths[level]]),
                output: ChannelMap([widths[level]]))
        }
        attention = (0..<levels).map {
            InferenceAttention(values, architecture: architecture, level: $0)
        }
        classifier = InferenceClassifier(values, architecture: architecture)
    }

    /// Memory for runs on windows of this shape.
    ///
    /// - Parameters:
    ///   - window: the shape, which the network must take.
    ///   - skips: whether it is to be fast or small; results do not depend on it.
    /// - Returns: the memory, for one run at a time.
    /// - Throws: ``NetworkError`` where the window does not suit or memory is short.
    public func makeWorkspace(
        for window: WindowShape, skips: SkipFeatures = .kept
    ) throws(NetworkError) -> Workspace {
        try Workspace(architecture: architecture, window: window, skips: skips)
    }

    /// The same with slabs of about so many bytes; results do not depend on it.
    package func makeWorkspace(
        for window: WindowShape, slabBytes: Int, skips: SkipFeatures = .kept
    ) throws(NetworkError) -> Workspace {
        try Workspace(
            architecture: architecture, window: window, slabBytes: slabBytes, skips: skips)
    }

    /// Bytes of activations a window needs, before any are taken.
    public static func workspaceBytes(
        for window: WindowShape, architecture: Architecture, skips: SkipFeatures = .kept
    ) -> Int {
        WindowPlan(architecture, window: window, skips: skips).floats * MemoryLayout<Float>.stride
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
        runDifference(of: input, workspace: workspace)
        var probability = workspace.tensors.output.raw
        vsdb_sigmoid_f32(&probability)
        unpack(workspace, into: output)
    }

    /// The foreground's logit less the background's, of which the probability is the sigmoid.
    ///
    /// Parameters as in ``foregroundProbability(of:into:workspace:)``.
    public func foregroundLogit(
        of input: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>,
        workspace: Workspace
    ) {
        runDifference(of: input, workspace: workspace)
        unpack(workspace, into: output)
    }

    /// The attention map of the finest level that has one, on the voxels of the window: the factor, 0 to
    /// 1, by which the network weighs the features of a place; 1 everywhere without attention.
    ///
    /// Parameters as in ``foregroundProbability(of:into:workspace:)``.
    public func attention(
        of input: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>,
        workspace: Workspace
    ) {
        precondition(output.count == workspace.window.count, "one place per voxel of the window")
        guard let level = attention.firstIndex(where: { $0 != nil }) else {
            output.update(repeating: 1)
            return
        }
        runDifference(of: input, workspace: workspace)
        let map = workspace.tensors.map[level]
        let (values, coarse, window) = (map.plain, map.shape, workspace.window)
        var place = 0
        for d in 0..<window.depth {
            for h in 0..<window.height {
                let row =
                    (d * coarse.depth / window.depth * coarse.height
                        + h * coarse.height / window.height) * coarse.width
                for w in 0..<window.width {
                    output[place] = values[row + w * coarse.width / window.width]
                    place += 1
                }
            }
        }
    }

    private func runDifference(of input: UnsafeBufferPointer<Float>, workspace: Workspace) {
        run(input, workspace: workspace) { decoded, range in
            classifier.difference.forward(decoded, into: workspace.tensors.output.slices(range))
        }
    }

    private func unpack(_ workspace: Workspace, into output: UnsafeMutableBufferPointer<Float>) {
        precondition(output.count == workspace.window.count, "one place per voxel of the window")
        var raw = workspace.tensors.output.raw
        vsdb_unpack_scalar_f32(&raw, output.baseAddress)
    }

    /// Whether ``proposals(of:workspace:)`` can say where to look: there must be attention at the level
    /// above the bottom, and that must be no planar one.
    public static func canPropose(_ architecture: Architecture) -> Bool {
        architecture.family == .paper && architecture.attention == .spatial
            && architecture.planarLevels < architecture.levels - 1
    }

    /// Memory for ``proposals(of:workspace:)``, less than for a whole run.
    ///
    /// - Throws: ``NetworkError`` where the window does not suit or memory is short.
    public func makeProposalWorkspace(for window: WindowShape) throws(NetworkError) -> Workspace {
        try Workspace(architecture: architecture, window: window, purpose: .proposals)
    }

    /// The same with slabs of about so many bytes; results do not depend on it.
    package func makeProposalWorkspace(
        for window: WindowShape, slabBytes: Int
    ) throws(NetworkError) -> Workspace {
        try Workspace(
            architecture: architecture, window: window, slabBytes: slabBytes, purpose: .proposals)
    }

    /// Where the network would look for a tumour: the attention map of the level above the bottom, which
    /// takes about a third of a run.
    ///
    /// - Parameters:
    ///   - input: [D][H][W], normalised as the model says.
    ///   - workspace: from ``makeProposalWorkspace(for:)``; used by one run at a time.
    /// - Returns: the map, 0 to 1, and its shape, of which the window is a multiple.
    public func proposals(
        of input: UnsafeBufferPointer<Float>, workspace: Workspace
    ) -> (map: [Float], shape: WindowShape) {
        let tensors = workspace.tensors
        encode(input, workspace: workspace)
        join(bottom - 1, tensors)
        return (tensors.map[bottom - 1].plain, tensors.map[bottom - 1].shape)
    }

    /// Logits [2][D][H][W] and the attention maps, finest level first.
    package func logits(
        of input: [Float], workspace: Workspace
    ) -> (logits: [Float], maps: [[Float]]) {
        let tensors = workspace.tensors
        input.withUnsafeBufferPointer {
            run($0, workspace: workspace) { decoded, range in
                classifier.background.forward(decoded, into: tensors.background.slices(range))
                classifier.foreground.forward(decoded, into: tensors.output.slices(range))
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
        let tensors = workspace.tensors
        let planar = architecture.planarLevels
        let depth = workspace.window.depth
        encode(input, workspace: workspace)
        for level in (planar..<bottom).reversed() { decode(level, tensors) }
        let finest = decoder[0] == nil ? tensors.joined[0] : tensors.decoded[0]
        guard planar > 0 else { return classify(finest, 0..<depth) }
        clearBorders(
            planar, tensors.joined, tensors.hidden, tensors.decoderMiddle, tensors.decoded)
        for range in slabs(of: depth, tensors.slab) {
            if !tensors.keepsSkips {
                for level in 0..<planar { encodeSlab(level, range, tensors, again: true) }
            }
            for level in (0..<planar).reversed() { decodeSlab(level, range, tensors) }
            classify(finest.slices(0..<range.count), range)
        }
    }

    /// Runs the encoder with the bottom and its attention.
    private func encode(_ input: UnsafeBufferPointer<Float>, workspace: Workspace) {
        precondition(input.count == workspace.window.count, "one value per voxel of the window")
        let tensors = workspace.tensors
        let planar = architecture.planarLevels
        var image = tensors.image.raw
        vsdb_pack_scalar_f32(input.baseAddress, &image)
        clearBorders(planar, tensors.encoderMiddle, tensors.pooled, tensors.skip)
        for range in slabs(of: workspace.window.depth, tensors.slab) {
            for level in 0..<planar { encodeSlab(level, range, tensors) }
        }
        for level in planar...bottom { encode(level, tensors) }
        guard !architecture.attendsBeforeBottom else { return }
        attend(bottom, tensors.skip[bottom], tensors.hidden[bottom], map: tensors.map[bottom])
    }

    private func slabs(of depth: Int, _ slab: Int) -> [Range<Int>] {
        stride(from: 0, to: depth, by: slab).map { $0..<min($0 + slab, depth) }
    }

    /// The planar levels' tensors lie where others lay before; the kernels leave borders alone.
    private func clearBorders(_ planar: Int, _ tensors: [Activation]...) {
        for list in tensors { for level in 0..<planar { clearBorder(list[level]) } }
    }

    private func encode(_ level: Int, _ tensors: WindowTensors) {
        let input = level == 0 ? tensors.image : tensors.pooled[level - 1]
        if level == bottom, architecture.attendsBeforeBottom {
            clearBorder(tensors.hidden[level])
            attend(level, input, tensors.hidden[level], map: tensors.map[level])
        }
        clearBorder(level == bottom ? tensors.skip[level] : tensors.joined[level])
        clearBorder(tensors.encoderMiddle[level])
        encoder[level].run(input, middle: tensors.encoderMiddle[level], into: tensors.skip[level])
        guard level < bottom else { return }
        clearBorder(tensors.pooled[level])
        downsample[level].run(tensors.skip[level], into: tensors.pooled[level])
    }

    /// The slices `range` of a planar level; `again` where what lies below has been made before.
    private func encodeSlab(
        _ level: Int, _ range: Range<Int>, _ tensors: WindowTensors, again: Bool = false
    ) {
        let own = 0..<range.count
        let skip = tensors.skip[level].slices(tensors.keepsSkips ? range : own)
        let isLast = level == architecture.planarLevels - 1
        encoder[level].run(
            level == 0 ? tensors.image.slices(range) : tensors.pooled[level - 1].slices(own),
            middle: tensors.encoderMiddle[level].slices(own), into: skip)
        if isLast, again { return }
        downsample[level].run(skip, into: tensors.pooled[level].slices(isLast ? range : own))
    }

    /// Joins what comes from below with the encoder's features, and attends to them.
    private func join(_ level: Int, _ tensors: WindowTensors) {
        let joined = tensors.joined[level]
        upsample[level].run(
            tensors.decoded[level + 1],
            into: joined.channelBlocks(joined.blocks / 2..<joined.blocks))
        clearBorder(tensors.hidden[level])
        attend(level, joined, tensors.hidden[level], map: tensors.map[level])
    }

    private func decode(_ level: Int, _ tensors: WindowTensors) {
        let joined = tensors.joined[level]
        join(level, tensors)
        guard let block = decoder[level] else { return }
        if block.hasMiddle { clearBorder(tensors.decoderMiddle[level]) }
        block.run(joined, middle: tensors.decoderMiddle[level], into: tensors.decoded[level]) {
            clearBorder(tensors.decoded[level])
        }
    }

    /// The slices `range` of a planar level.
    private func decodeSlab(_ level: Int, _ range: Range<Int>, _ tensors: WindowTensors) {
        let own = 0..<range.count
        let isLast = level == architecture.planarLevels - 1
        let skip = tensors.skip[level].slices(tensors.keepsSkips ? range : own)
        let buffer = tensors.joined[level].slices(own)
        let upper = buffer.channelBlocks(skip.blocks..<buffer.blocks)
        // Skip features of one block are joined and attended to where they lie: nobody reads them again.
        let staysInPlace = skip.blocks == 1 && decoder[level] != nil
        let joined = staysInPlace ? skip.stacked(upper) : buffer
        if !staysInPlace { copy(skip, into: buffer.channelBlocks(0..<skip.blocks)) }
        upsample[level].run(
            tensors.decoded[level + 1].slices(isLast ? range : own), into: upper)
        let map = tensors.map[level].slices(range)
        let isWeighedLater =
            attention[level]?.weighsAll == true && decoder[level]?.takesAttention == true
        attention[level]?.run(
            joined, hidden: tensors.hidden[level].slices(own), map: map, applies: !isWeighedLater)
        decoder[level]?.run(
            joined, map: isWeighedLater ? map : nil,
            middle: tensors.decoderMiddle[level].slices(own),
            into: tensors.decoded[level].slices(own))
    }

    private func attend(
        _ level: Int, _ joined: Activation, _ hidden: Activation, map: Activation
    ) {
        attention[level]?.run(joined, hidden: hidden, map: map)
    }
}
