public import VSNetwork

/// A training run's settings; the defaults are the recipe of Wang et al., MICCAI 2019.
public struct TrainingConfiguration: Sendable, Hashable, Codable {
    /// Crops in a batch.
    public var batch = 2
    /// The crop's size in voxels of the model's grid.
    public var crop = WindowShape(depth: 24, height: 96, width: 96)
    /// Adam's first learning rate.
    public var learningRate = 1e-4
    /// The learning rate is halved every so many iterations.
    public var halvingIterations = 10_000
    /// Weight decay, added to the gradient.
    public var weightDecay: Float = 1e-7
    /// lambda of the hardness-weighted Dice loss.
    public var hardness = 0.6
    /// The last iteration.
    public var iterations = 30_000
    /// Validation every so many iterations.
    public var validationInterval = 500
    /// Validations without a better mean Dice before the run stops.
    public var patience = 20
    /// Checkpoint every so many iterations.
    public var checkpointInterval = 100
    /// How often a crop beyond a batch's first is made to hold tumour.
    public var tumourProbability = 0.5
    /// Cases searched for false positives with each validation, to draw crops from; 0 for none.
    public var searchedCases = 0
    /// Where such places are known, how often a crop that need not hold tumour lies on one.
    public var hardProbability = 0.7
    /// How crops are varied.
    public var augmentation = CropAugmentation()
    /// Decay of the exponential average of the weights, which is then what is validated and kept;
    /// nil for none.
    public var averageDecay: Double?
    /// The seed of weights and crops.
    public var seed: UInt64 = 1

    /// The defaults.
    public init() {}

    /// The learning rate of an iteration, counted from zero.
    package func learningRate(at iteration: Int) -> Double {
        var rate = learningRate
        for _ in 0..<iteration / max(1, halvingIterations) { rate /= 2 }
        return rate
    }
}
