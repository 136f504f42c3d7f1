package import VSNetwork

/// One step's forward and backward pass with its loss; the optimiser is the caller's.
package final class TrainingStep {
    package let network: TrainingNetwork
    private let loss: TrainingLoss
    private let shapes: [WindowShape]
    /// The logits of the last step, [N][2][D][H][W].
    package private(set) var lastLogits: [Float] = []

    package init(network: TrainingNetwork, hardness: Double, supervised: Bool) {
        self.network = network
        loss = TrainingLoss(
            dice: HardnessWeightedDice(hardness: hardness), supervised: supervised)
        shapes = network.levelShapes
    }

    /// Forward, loss, backward; the network then holds the gradients.
    ///
    /// - Parameters:
    ///   - images: [N][D][H][W], normalised.
    ///   - foreground: [N][D][H][W], 0 or 1.
    /// - Returns: the loss.
    package func run(images: [Float], foreground: [Float]) -> Double {
        let output = network.forward(images)
        lastLogits = output.logits
        let (value, logits, maps) = loss.evaluate(
            logits: output.logits, maps: output.maps, foreground: foreground,
            batch: network.batch, shapes: shapes)
        network.backward(logits: logits, maps: maps)
        return value
    }
}
