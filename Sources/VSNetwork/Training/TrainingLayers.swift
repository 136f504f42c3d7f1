/// The layers of a network in training and the memory between them.
protocol TrainingLayers {
    var image: Activation { get }
    var logits: Activation { get }
    var logitGradient: Activation { get }
    /// The attention maps, finest level first; empty without attention.
    var maps: [Activation] { get }

    /// Takes new values.
    mutating func load(_ values: ParameterValues)
    /// Runs from ``image`` to ``logits`` and ``maps``.
    mutating func forward()
    /// The reverse of ``forward()``, from ``logitGradient`` and the maps' own gradients.
    mutating func backward(maps: [[Float]], gradients: GradientStore)
    /// Moves the running statistics towards the last batch's.
    func updateRunning(_ values: inout ParameterValues)
}

/// The layers of either family; with a cursor that only counts, none of their memory is real.
func makeTrainingLayers(
    _ architecture: Architecture, batch: Int, window: WindowShape, cursor: inout ArenaCursor
) -> any TrainingLayers {
    switch architecture.family {
    case .paper: TrainingGraph(architecture, batch: batch, window: window, cursor: &cursor)
    case .residual:
        ResidualTrainingGraph(architecture, batch: batch, window: window, cursor: &cursor)
    }
}
