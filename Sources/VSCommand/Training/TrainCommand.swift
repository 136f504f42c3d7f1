import ArgumentParser
import Foundation
import VSNetwork
import VSTraining

/// The command `vsdb train`.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a model.",
        discussion: """
            Reads phantom folders (manifest.json), the public collection as its authors convert it \
            (vs_gk_N/vs_gk_t2_refT2.nii.gz with a split CSV), and BIDS. The defaults are the recipe \
            of Wang et al., MICCAI 2019. Progress is kept in the run's folder: a run that was \
            interrupted, however roughly, goes on with --resume as if nothing had happened.

              vsdb phantom --patients 40 --exams 2 --out phantoms
              vsdb phantom --patients 8 --exams 1 --split validation --out phantoms-validation
              vsdb train phantoms phantoms-validation --out run1
            """)

    @Argument(help: ArgumentHelp("Data sets to train and validate on.", valueName: "folder"))
    var data: [String]
    @Option(help: ArgumentHelp("The run's folder; made if missing.", valueName: "folder"))
    var out: String
    @Flag(help: "Go on from the run's last checkpoint.")
    var resume = false
    @Option(
        help: ArgumentHelp("CSV of two columns, case and split, where needed.", valueName: "file"))
    var split: String?
    @Option(name: .customLong("init"), help: ArgumentHelp("Start from a model.", valueName: "file"))
    var initial: String?
    @OptionGroup(title: "Model") var model: TrainedModelOptions
    @OptionGroup(title: "Recipe") var recipe: RecipeOptions

    func validate() throws {
        guard !data.isEmpty else { throw ValidationError("Give at least one data set.") }
    }

    func run() throws {
        Interruption.listen()
        if let threads = recipe.threads { Threads.use(threads) }
        let line = ProgressLine()
        let cases = try data.flatMap { try DatasetReader.cases(in: $0, splitFile: split) }
        let trainer = try Trainer(
            cases: cases, description: model.description(of: recipe), configuration: recipe.value,
            folder: out, initial: initial.map { try ModelFile(contentsOf: $0) }
        ) {
            line.show("reading", fraction: Double($0) / Double(max($1, 1)), note: "\($0) of \($1)")
        }
        line.finish()
        if !resume, Trainer.hasCheckpoint(out) {
            throw ValidationError("\(out) holds a run already; give --resume, or another folder.")
        }
        let best = try trainer.run(
            resuming: resume, isCancelled: { Interruption.isPending }
        ) { report($0, line) }
        line.finish()
        let score = best.map { String(format: "%.4f", $0) } ?? "not measured"
        print("best validation Dice \(score); model in \(out)/best.safetensors")
    }

    private func report(_ progress: TrainingProgress, _ line: ProgressLine) {
        let left =
            progress.seconds / Double(progress.iteration)
            * Double(progress.iterations - progress.iteration)
        line.show(
            "training", fraction: Double(progress.iteration) / Double(progress.iterations),
            note: String(
                format: "%d of %d, loss %.4f, best Dice %@, %@ left", progress.iteration,
                progress.iterations, progress.smoothedLoss,
                progress.bestDice.map { String(format: "%.4f", $0) } ?? "-", duration(left)))
        if let dice = progress.validationDice {
            line.finish()
            note(
                String(
                    format: "iteration %d  loss %.4f  validation Dice %.4f", progress.iteration,
                    progress.smoothedLoss, dice))
        }
    }
}

/// What the trained model is.
struct TrainedModelOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The model's name.", valueName: "name"))
    var name = "my-model"
    @Option(help: ArgumentHelp("The model's version.", valueName: "version"))
    var modelVersion = "1.0"
    @Option(help: ArgumentHelp("2d, 2.5d or 3d.", valueName: "geometry"))
    var geometry = "2.5d"
    @Option(help: ArgumentHelp("none, gate or spatial.", valueName: "attention"))
    var attention = "spatial"
    @Flag(inversion: .prefixedNo, help: "Supervise the attention maps.")
    var supervised = true
    @Option(help: ArgumentHelp("Channels at the first level.", valueName: "n"))
    var width = 16
    @Option(
        help: ArgumentHelp("Intensities from the whole image or the head.", valueName: "region"))
    var normalise = "head"
    @Option(help: ArgumentHelp("What it is trained on, for the model's card.", valueName: "text"))
    var about = ""

    func validate() throws {
        guard Geometry(rawValue: geometry) != nil else {
            throw ValidationError("--geometry is 2d, 2.5d or 3d.")
        }
        guard Attention(rawValue: attention) != nil else {
            throw ValidationError("--attention is none, gate or spatial.")
        }
        guard Normalisation.Region(rawValue: normalise) != nil else {
            throw ValidationError("--normalise is image or head.")
        }
        guard (1...64).contains(width) else {
            throw ValidationError("--width must lie between 1 and 64.")
        }
    }

    func description(of recipe: RecipeOptions) -> ModelDescription {
        let attention = Attention(rawValue: attention) ?? .spatial
        return ModelDescription(
            name: name, version: modelVersion,
            architecture: Architecture(
                geometry: Geometry(rawValue: geometry) ?? .mixed, attention: attention,
                supervised: supervised && attention != .none, baseWidth: width),
            normalisation: Normalisation(
                region: Normalisation.Region(rawValue: normalise) ?? .head),
            window: recipe.value.crop, trainingData: about, trainingRecipe: recipe.summary)
    }
}

/// The recipe; defaults of Wang et al., MICCAI 2019.
struct RecipeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The last iteration.", valueName: "n"))
    var iterations = 30_000
    @Option(help: ArgumentHelp("Crops in a batch.", valueName: "n"))
    var batch = 2
    @Option(help: ArgumentHelp("Crop size, slices x rows x columns.", valueName: "DxHxW"))
    var crop = "24x96x96"
    @Option(help: ArgumentHelp("Adam's first learning rate.", valueName: "rate"))
    var learningRate = 1e-4
    @Option(help: ArgumentHelp("Halve the learning rate every so often.", valueName: "n"))
    var halveEvery = 10_000
    @Option(help: ArgumentHelp("Weight decay.", valueName: "number"))
    var weightDecay: Float = 1e-7
    @Option(
        help: ArgumentHelp("lambda of the hardness-weighted Dice loss, 0 to 1.", valueName: "λ"))
    var hardness = 0.6
    @Option(help: ArgumentHelp("Validate every so many iterations.", valueName: "n"))
    var validateEvery = 500
    @Option(
        help: ArgumentHelp("Stop after so many validations without a better one.", valueName: "n"))
    var patience = 20
    @Option(
        help: ArgumentHelp(
            "Search so many whole cases for false positives with each validation, and draw crops "
                + "there, too.", valueName: "n"))
    var searchCases = 0
    @Option(help: ArgumentHelp("Checkpoint every so many iterations.", valueName: "n"))
    var checkpointEvery = 100
    @Option(help: ArgumentHelp("The seed of weights and crops.", valueName: "number"))
    var seed: UInt64 = 1
    @Option(help: ArgumentHelp("Threads; default: one per processor.", valueName: "n"))
    var threads: Int?

    func validate() throws {
        guard sides.count == 3, sides.allSatisfy({ $0 > 0 }) else {
            throw ValidationError("--crop is three numbers, for example 24x96x96.")
        }
        guard (0...1).contains(hardness) else {
            throw ValidationError("--hardness must lie between 0 and 1.")
        }
        guard searchCases >= 0 else {
            throw ValidationError("--search-cases must not be negative.")
        }
        guard iterations > 0, batch > 0, validateEvery > 0, checkpointEvery > 0, learningRate > 0
        else { throw ValidationError("Counts and rates must be positive.") }
    }

    private var sides: [Int] { crop.split(separator: "x").compactMap { Int($0) } }

    var value: TrainingConfiguration {
        var value = TrainingConfiguration()
        value.iterations = iterations
        value.batch = batch
        value.crop = WindowShape(depth: sides[0], height: sides[1], width: sides[2])
        value.learningRate = learningRate
        value.halvingIterations = halveEvery
        value.weightDecay = weightDecay
        value.hardness = hardness
        value.validationInterval = validateEvery
        value.patience = patience
        value.searchedCases = searchCases
        value.checkpointInterval = checkpointEvery
        value.seed = seed
        return value
    }

    var summary: String {
        "Adam, learning rate \(learningRate) halved every \(halveEvery), weight decay "
            + "\(weightDecay), batch \(batch) of \(crop), hardness-weighted Dice \(hardness), "
            + (searchCases > 0
                ? "false positives searched in \(searchCases) cases every \(validateEvery), " : "")
            + "at most \(iterations) iterations, seed \(seed)"
    }
}
