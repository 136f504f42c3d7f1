import ArgumentParser
import VSNetwork
import VSTraining

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
            "How often a crop beyond a batch's first is made to hold tumour, 0 to 1.",
            valueName: "fraction"))
    var tumourShare = 0.5
    @Option(
        help: ArgumentHelp(
            "Search so many whole cases for false positives with each validation, and draw crops "
                + "there, too.", valueName: "n"))
    var searchCases = 0
    @Option(
        help: ArgumentHelp(
            "Validate and keep the exponential average of the weights, with this decay, 0 to 1; "
                + "for example 0.998.", valueName: "decay"))
    var average: Double?
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
        guard (0...1).contains(tumourShare) else {
            throw ValidationError("--tumour-share must lie between 0 and 1.")
        }
        guard average.map({ (0..<1).contains($0) }) ?? true else {
            throw ValidationError("--average must be at least 0 and below 1.")
        }
        guard threads.map({ $0 > 0 }) ?? true else {
            throw ValidationError("--threads is at least 1; without it, one per processor.")
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
        value.tumourProbability = tumourShare
        value.searchedCases = searchCases
        value.averageDecay = average
        value.checkpointInterval = checkpointEvery
        value.seed = seed
        return value
    }

    var summary: String {
        "Adam, learning rate \(learningRate) halved every \(halveEvery), weight decay "
            + "\(weightDecay), batch \(batch) of \(crop), hardness-weighted Dice \(hardness), "
            + (searchCases > 0
                ? "false positives searched in \(searchCases) cases every \(validateEvery), " : "")
            + (average.map { "weights averaged with decay \($0), " } ?? "")
            + "at most \(iterations) iterations, seed \(seed)"
    }
}
