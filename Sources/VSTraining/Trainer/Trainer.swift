import Foundation
public import VSNetwork
import VSSegmentation

/// What a training run tells while it goes.
public struct TrainingProgress: Sendable {
    /// Iterations done.
    public let iteration: Int
    /// The last iteration planned.
    public let iterations: Int
    /// The loss of this iteration.
    public let loss: Double
    /// The loss smoothed over about fifty iterations.
    public let smoothedLoss: Double
    /// The mean validation Dice, where this iteration ended with a validation.
    public let validationDice: Double?
    /// The best so far.
    public let bestDice: Double?
    /// Seconds of training so far, over all resumptions.
    public let seconds: Double
}

/// Trains a network: crops, loss, Adam, validation, checkpoints.
///
/// A run lives in one folder: `checkpoint.safetensors` (exact resumption), `best.safetensors` (the
/// model with the best validation Dice), `last.safetensors`, `log.csv`. A run that is resumed gives
/// the same bits as one that was never interrupted.
public struct Trainer: Sendable {
    private let configuration: TrainingConfiguration
    private let description: ModelDescription
    private let folder: String
    private let sampler: BatchSampler
    private let validator: Validator
    private let search: FalsePositiveSearch
    private let initial: ModelFile?

    /// Reads and prepares the cases.
    ///
    /// - Parameters:
    ///   - cases: training and validation cases; those of the test split are left alone.
    ///   - description: what the model is to be called and how it sees a scan.
    ///   - configuration: the recipe.
    ///   - folder: where the run lives; made if missing.
    ///   - initial: weights to start from; nil for random ones.
    ///   - loading: told how many cases are read, of how many.
    /// - Throws: ``TrainingError`` without training cases; the errors of reading them.
    public init(
        cases: [TrainingCase], description: ModelDescription,
        configuration: TrainingConfiguration, folder: String, initial: ModelFile? = nil,
        loading: (Int, Int) -> Void = { _, _ in }
    ) throws {
        let used = cases.filter { $0.split != .test }
        let preprocessor = Preprocessor(description)
        let training = used.filter { $0.split == .training }
        let prepared = try PreparedCase.load(training, preprocessor: preprocessor) {
            loading($0, used.count)
        }
        let validation = try PreparedCase.load(
            used.filter { $0.split == .validation }, preprocessor: preprocessor
        ) { loading(training.count + $0, used.count) }
        try self.init(
            training: prepared, validation: validation, description: description,
            configuration: configuration, folder: folder, initial: initial)
    }

    package init(
        training: [PreparedCase], validation: [PreparedCase], description: ModelDescription,
        configuration: TrainingConfiguration, folder: String, initial: ModelFile? = nil
    ) throws {
        self.configuration = configuration
        self.description = description
        self.folder = folder
        self.initial = initial
        sampler = try BatchSampler(cases: training, configuration: configuration)
        search = FalsePositiveSearch(
            cases: training, architecture: description.architecture,
            count: configuration.searchedCases)
        validator = Validator(cases: validation, architecture: description.architecture)
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw TrainingError(
                .unwritable, subject: folder, message: "The folder cannot be made.",
                remedy: "Choose a folder that can be written.")
        }
    }

    private var checkpointPath: String { "\(folder)/checkpoint.safetensors" }

    /// Whether the folder holds a run that could be resumed.
    public static func hasCheckpoint(_ folder: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(folder)/checkpoint.safetensors")
    }

    /// Whether a run has begun in the folder, be it that it was killed before its first checkpoint.
    public static func hasBegun(_ folder: String) -> Bool {
        FileManager.default.fileExists(atPath: logPath(folder))
    }

    private static func logPath(_ folder: String) -> String { "\(folder)/log.csv" }

    /// Runs until the last iteration, until validation stops improving, or until cancelled.
    ///
    /// - Parameters:
    ///   - resuming: whether to go on from the folder's checkpoint, which must be there.
    ///   - isCancelled: asked between iterations; a cancelled run writes a checkpoint first.
    ///   - progress: told after every iteration.
    /// - Returns: the best validation Dice, nil where there was no validation.
    /// - Throws: ``TrainingError`` for a checkpoint that does not fit, or a failed write.
    @discardableResult
    public func run(
        resuming: Bool, isCancelled: () -> Bool = { false },
        progress: (TrainingProgress) -> Void
    ) throws -> Double? {
        var state = try resuming ? resumed() : fresh()
        if configuration.averageDecay == nil {
            state.average = nil
        } else if state.average == nil {
            state.average = WeightAverage(values: state.values)
        }
        let log = try TrainingLog(path: Self.logPath(folder), keeping: state.progress.iteration)
        let network = try TrainingNetwork(
            architecture: description.architecture, values: state.values,
            batch: configuration.batch, window: configuration.crop)
        let step = TrainingStep(
            network: network, hardness: configuration.hardness,
            supervised: description.architecture.supervised)
        if configuration.searchedCases > 0, initial != nil, state.hard.rounds == 0 {
            try search(state.judged(network.values), &state)
        }
        var feed = feed(of: state)
        var started = Date()
        while state.progress.iteration < configuration.iterations,
            state.progress.validationsSinceBest < configuration.patience
        {
            if isCancelled() { break }
            let iteration = state.progress.iteration
            let batch = feed.next()
            let loss = step.run(images: batch.images, foreground: batch.foreground)
            guard loss.isFinite else {
                throw TrainingError(
                    .diverged, subject: folder,
                    message: "The loss of iteration \(iteration + 1) is not a finite number.",
                    remedy: "Resume from the checkpoint with a lower learning rate.")
            }
            network.updateParameters {
                state.adam.update(
                    $0, gradients: network.gradients,
                    learningRate: configuration.learningRate(at: iteration))
            }
            if let decay = configuration.averageDecay {
                state.average?.take(network.values, decay: decay)
            }
            state.progress.iteration += 1
            let smoothed = (state.progress.smoothedLoss ?? loss) * 0.98 + loss * 0.02
            state.progress.smoothedLoss = smoothed
            let dice = try validate(state.judged(network.values), &state.progress)
            if isSearchDue(after: state.progress.iteration) {
                try search(state.judged(network.values), &state)
                // What was prepared ahead was drawn from the places known before.
                feed = self.feed(of: state)
            }
            state.progress.seconds += Date().timeIntervalSince(started)
            started = Date()
            try log.append(
                iteration: iteration + 1, loss: loss,
                learningRate: configuration.learningRate(at: iteration), validationDice: dice,
                seconds: state.progress.seconds)
            if state.progress.iteration % configuration.checkpointInterval == 0 {
                state.values = network.values
                try state.write(to: checkpointPath)
            }
            progress(
                TrainingProgress(
                    iteration: state.progress.iteration, iterations: configuration.iterations,
                    loss: loss, smoothedLoss: smoothed, validationDice: dice,
                    bestDice: state.progress.bestDice, seconds: state.progress.seconds))
        }
        state.values = network.values
        try state.write(to: checkpointPath)
        try ModelFile(description: description, values: state.judged(state.values))
            .write(to: "\(folder)/last.safetensors")
        return state.progress.bestDice
    }

    private func feed(of state: Checkpoint) -> BatchFeed {
        BatchFeed(sampler: sampler.drawing(from: state.hard), from: state.progress.iteration)
    }

    private func search(_ values: ParameterValues, _ state: inout Checkpoint) throws {
        state.hard.take(try search.run(round: state.hard.rounds, values: values))
    }

    private func isSearchDue(after iteration: Int) -> Bool {
        configuration.searchedCases > 0 && iteration % configuration.validationInterval == 0
            && iteration < configuration.iterations
    }

    private func fresh() throws -> Checkpoint {
        let architecture = description.architecture
        if let initial, initial.description.architecture != architecture {
            throw TrainingError(
                .unusable, subject: initial.description.name,
                message: "The model to start from has another architecture.",
                remedy: "Choose the same geometry, attention and width.")
        }
        let values = initial?.values ?? .random(architecture, seed: configuration.seed)
        return Checkpoint(
            values: values,
            adam: Adam(
                count: values.layout.parameterCount, weightDecay: configuration.weightDecay),
            progress: Checkpoint.Progress(), configuration: configuration)
    }

    private func resumed() throws -> Checkpoint {
        try Checkpoint(contentsOf: checkpointPath, architecture: description.architecture)
    }

    /// Validates where the iteration is due, and keeps the best weights.
    private func validate(
        _ values: ParameterValues, _ progress: inout Checkpoint.Progress
    ) throws -> Double? {
        guard progress.iteration % configuration.validationInterval == 0, !validator.cases.isEmpty
        else { return nil }
        let dice = try validator.meanDice(values)
        if let best = progress.bestDice, best >= dice {
            progress.validationsSinceBest += 1
        } else {
            progress.bestDice = dice
            progress.bestIteration = progress.iteration
            progress.validationsSinceBest = 0
            try ModelFile(description: description, values: values)
                .write(to: "\(folder)/best.safetensors")
        }
        return dice
    }
}
