import CKernels

/// A network ready to run: normalisation folded in, weights in the kernels' order; immutable, so
/// that many runs may share it, each with a ``Workspace`` of its own.
public final class PreparedUNet: Sendable {
    /// What the network is.
    public let architecture: Architecture

    let encoder: [InferenceBlock]
    let downsample: [InferenceDownsampling]
    let upsample: [InferenceUpsampling]
    /// One per level but the bottom; nil where the classifier takes the concatenation itself.
    let decoder: [InferenceBlock?]
    let attention: [InferenceAttention?]
    let classifier: InferenceClassifier
    var bottom: Int { encoder.count - 1 }

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
    ///   - use: whether it is to be fast or small; results do not depend on it.
    ///   - old: a workspace that is done with, whose memory is taken over where it suffices; it must not be
    ///     used again.
    /// - Returns: the memory, for one run at a time.
    /// - Throws: ``NetworkError`` where the window does not suit or memory is short.
    public func makeWorkspace(
        for window: WindowShape, memory use: MemoryUse = .fast,
        reusing old: consuming Workspace? = nil
    ) throws(NetworkError) -> Workspace {
        try Workspace(architecture: architecture, window: window, memory: use, reusing: old)
    }

    /// The same with slabs of about so many bytes; results do not depend on it.
    package func makeWorkspace(
        for window: WindowShape, slabBytes: Int, memory use: MemoryUse = .fast
    ) throws(NetworkError) -> Workspace {
        try Workspace(
            architecture: architecture, window: window, slabBytes: slabBytes, memory: use)
    }

    /// Bytes of activations a window needs, before any are taken.
    public static func workspaceBytes(
        for window: WindowShape, architecture: Architecture, memory use: MemoryUse = .fast
    ) -> Int {
        WindowPlan(architecture, window: window, memory: use).floats * MemoryLayout<Float>.stride
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
        run(input, workspace: workspace, into: output) { logit in
            var probability = logit.raw
            vsdb_sigmoid_f32(&probability)
        }
    }

    /// The foreground's logit less the background's, of which the probability is the sigmoid.
    ///
    /// Parameters as in ``foregroundProbability(of:into:workspace:)``.
    public func foregroundLogit(
        of input: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>,
        workspace: Workspace
    ) {
        run(input, workspace: workspace, into: output) { _ in }
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
        var values: [Float] = []
        run(input, workspace: workspace) { found, map in
            if found == level { values += map.plain }
        } classify: { _, _ in
        }
        let window = workspace.window
        let coarse = architecture.shapes(for: window)[level]
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

    /// The difference of the logits, changed slab by slab in place and written out.
    private func run(
        _ input: UnsafeBufferPointer<Float>, workspace: Workspace,
        into output: UnsafeMutableBufferPointer<Float>, change: (Activation) -> Void
    ) {
        precondition(output.count == workspace.window.count, "one place per voxel of the window")
        let plane = workspace.window.height * workspace.window.width
        run(input, workspace: workspace) { decoded, range in
            let slab = workspace.tensors.output.slices(range.fromZero)
            classifier.difference.forward(decoded, into: slab)
            change(slab)
            var raw = slab.raw
            vsdb_unpack_scalar_f32(&raw, output.baseAddress?.advanced(by: range.lowerBound * plane))
        }
    }

    /// Whether ``proposals(of:workspace:)`` can say where to look: there must be attention at the level
    /// above the bottom, and that must be no planar one.
    public static func canPropose(_ architecture: Architecture) -> Bool {
        architecture.family == .paper && architecture.attention == .spatial
            && architecture.planarLevels < architecture.levels - 1
    }

    /// Memory for ``proposals(of:workspace:)``, less than for a whole run.
    ///
    /// - Parameters:
    ///   - window: the shape, which the network must take.
    ///   - use: whether it is to be fast or small; results do not depend on it.
    ///   - old: as of ``makeWorkspace(for:memory:reusing:)``.
    /// - Returns: the memory, for one run at a time.
    /// - Throws: ``NetworkError`` where the window does not suit or memory is short.
    public func makeProposalWorkspace(
        for window: WindowShape, memory use: MemoryUse = .fast,
        reusing old: consuming Workspace? = nil
    ) throws(NetworkError) -> Workspace {
        try Workspace(
            architecture: architecture, window: window, purpose: .proposals, memory: use,
            reusing: old)
    }

    /// The same with slabs of about so many bytes; results do not depend on it.
    package func makeProposalWorkspace(
        for window: WindowShape, slabBytes: Int, memory use: MemoryUse = .fast
    ) throws(NetworkError) -> Workspace {
        try Workspace(
            architecture: architecture, window: window, slabBytes: slabBytes,
            purpose: .proposals, memory: use)
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
        var (background, foreground): ([Float], [Float]) = ([], [])
        var maps = [[Float]](repeating: [], count: architecture.levels)
        input.withUnsafeBufferPointer {
            run($0, workspace: workspace) { level, map in
                maps[level] += map.plain
            } classify: { decoded, range in
                let slabs = [tensors.background, tensors.output].map { $0.slices(range.fromZero) }
                classifier.background.forward(decoded, into: slabs[0])
                classifier.foreground.forward(decoded, into: slabs[1])
                background += slabs[0].plain
                foreground += slabs[1].plain
            }
        }
        return (background + foreground, maps.filter { !$0.isEmpty })
    }
}
