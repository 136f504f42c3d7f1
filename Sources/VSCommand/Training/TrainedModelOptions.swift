import ArgumentParser
import VSNetwork
import VSTraining

/// What the trained model is.
struct TrainedModelOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The model's name.", valueName: "name"))
    var name = "my-model"
    @Option(help: ArgumentHelp("The model's version.", valueName: "version"))
    var modelVersion = "1.0"
    @Option(
        help: ArgumentHelp(
            "paper (Wang et al. 2019), or vs-seg (the published re-implementation: residual units, "
                + "strided convolutions, six levels; always 2.5d).", valueName: "architecture"))
    var architecture = "paper"
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
    @Option(
        help: ArgumentHelp(
            "What it may be used for; said with every result.", valueName: "text"))
    var intendedUse = "Research use only."

    func validate() throws {
        guard let family = NetworkFamily(rawValue: architecture) else {
            throw ValidationError("--architecture is paper or vs-seg.")
        }
        guard family == .paper || geometry == "2.5d" && attention != "gate" else {
            throw ValidationError(
                "The architecture vs-seg is 2.5d, with attention none or spatial.")
        }
        guard family == .paper || width >= 2 else {
            throw ValidationError("The architecture vs-seg needs --width 2 at least.")
        }
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
        var network = Architecture(
            geometry: Geometry(rawValue: geometry) ?? .mixed, attention: attention,
            supervised: supervised && attention != .none, baseWidth: width)
        network.family = NetworkFamily(rawValue: architecture) ?? .paper
        return ModelDescription(
            name: name, version: modelVersion, architecture: network,
            normalisation: Normalisation(
                region: Normalisation.Region(rawValue: normalise) ?? .head),
            window: recipe.value.crop, trainingData: about, trainingRecipe: recipe.summary,
            intendedUse: intendedUse)
    }
}
