import CKernels

/// The network in training: forward with batch statistics, and every gradient.
///
/// All memory is taken when the network is made for a batch and window; a step allocates no
/// activations. Not Sendable: one owner drives it, and the kernels use all threads.
package final class TrainingNetwork {
    package let architecture: Architecture
    package let batch: Int
    package let window: WindowShape
    /// Parameters and running statistics; set ``values`` to load others.
    package var values: ParameterValues {
        didSet { isLoaded = false }
    }

    private let arena: Arena
    private let store: GradientStore
    private var graph: any TrainingLayers
    private var isLoaded = false

    /// A network for batches of `batch` windows.
    ///
    /// - Throws: ``NetworkError`` where the window does not suit or memory is short.
    package init(
        architecture: Architecture, values: ParameterValues, batch: Int, window: WindowShape
    ) throws(NetworkError) {
        try architecture.check(window)
        var counter = ArenaCursor()
        _ = makeTrainingLayers(architecture, batch: batch, window: window, cursor: &counter)
        arena = try Arena(count: counter.used, isLasting: true)
        var cursor = ArenaCursor(arena)
        graph = makeTrainingLayers(architecture, batch: batch, window: window, cursor: &cursor)
        store = GradientStore(layout: values.layout)
        self.architecture = architecture
        self.values = values
        self.batch = batch
        self.window = window
    }

    /// The shape of every level, finest first.
    package var levelShapes: [WindowShape] { architecture.shapes(for: window) }

    /// Bytes of activations the network holds.
    package var activationBytes: Int { arena.count * MemoryLayout<Float>.stride }

    /// Runs forward on images [N][D][H][W] and moves the running statistics.
    ///
    /// - Returns: logits [N][2][D][H][W] and the attention maps, finest level first, each
    ///   [N][D][H][W] of its level (empty without attention).
    package func forward(_ images: [Float]) -> (logits: [Float], maps: [[Float]]) {
        precondition(images.count == batch * window.count, "one value per voxel of the batch")
        if !isLoaded {
            graph.load(values)
            isLoaded = true
        }
        var image = graph.image.raw
        vsdb_pack_scalar_f32(images, &image)
        graph.forward()
        graph.updateRunning(&values)
        isLoaded = true
        var logits = [Float](repeating: 0, count: batch * 2 * window.count)
        var raw = graph.logits.raw
        vsdb_unpack_channels_f32(&raw, 2, &logits)
        return (logits, graph.maps.map(\.plain))
    }

    /// Runs backward from the gradients of the last forward's logits and maps.
    ///
    /// - Parameters:
    ///   - logits: [N][2][D][H][W].
    ///   - maps: as many as the forward pass gave, or none for unsupervised attention.
    package func backward(logits: [Float], maps: [[Float]]) {
        var raw = graph.logitGradient.raw
        vsdb_pack_channels_f32(logits, 2, &raw)
        graph.backward(maps: maps, gradients: store)
    }

    /// The gradients of the last backward pass, in the order of the layout.
    package var gradients: UnsafeBufferPointer<Float> { store.values }

    /// Changes the parameters in place, for an optimiser.
    package func updateParameters(_ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
        values.parameters.withUnsafeMutableBufferPointer { body($0) }
        isLoaded = false
    }
}
