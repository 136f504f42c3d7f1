import ArgumentParser
import VSNetwork
import VSStore
import VSSurveillance

/// The command `vsdb model import`.
struct ModelImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Install the published weights of KCL-BMEIS/VS_Seg from their .pth file.",
        discussion: """
            Reads the state dictionary that PyTorch saved, executing nothing: only the tensors of the \
            published network (UNet2d5_spvPA) are taken, and any other content is refused by name. \
            Download best_metric_model.pth of the T2 model from doi:10.5281/zenodo.6323472; its own \
            terms of use hold. The model runs as published: RAS axes, no resampling, windows of \
            384 x 384 x 64 voxels. The first model installed is active, without --activate, too.

              vsdb model import best_metric_model.pth --name vs-seg-t2 --activate
              vsdb model import best_metric_model.pth --name vs-seg-t2 --save vs-seg-t2.safetensors
            """)

    @Argument(help: ArgumentHelp("The .pth file.", valueName: "file"), completion: .file())
    var file: String
    @Option(help: ArgumentHelp("The model's name.", valueName: "name"))
    var name = "vs-seg-t2"
    @Option(help: ArgumentHelp("The model's version.", valueName: "version"))
    var modelVersion = "1.0"
    @Option(help: ArgumentHelp("The sequence the weights are for.", valueName: "sequence"))
    var sequence = "T2"
    @Option(
        help: ArgumentHelp(
            "Write a model file in place of installing it.", valueName: "file"),
        completion: .file())
    var save: String?
    @Flag(help: "Segment new scans with it from now on.")
    var activate = false
    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        guard save == nil || !activate else {
            throw ValidationError("--save writes a file and installs nothing, so drop --activate.")
        }
    }

    func run() throws {
        let model = try PublishedModel.read(contentsOf: file, describe: description)
        if let save {
            try model.write(to: save)
            return print("wrote \(save)")
        }
        let (record, isNew) = try Surveillance(
            database.store(), rule: database.rule()
        ).installModel(
            model.encoded(), subject: file, activating: activate)
        let state = record.isActive ? ", active" : ""
        print((isNew ? "installed " : "installed already: ") + record.title + state)
    }

    private func description(_ architecture: Architecture) -> ModelDescription {
        ModelDescription(
            name: name, version: modelVersion, architecture: architecture, sequence: sequence,
            window: WindowShape(depth: 64, height: 384, width: 384), scanRule: .published,
            trainingData: "As published with the weights (KCL-BMEIS/VS_Seg).",
            trainingRecipe: "Imported from a PyTorch state dictionary.",
            licence: "as published with the weights, doi:10.5281/zenodo.6323472",
            intendedUse: "Research use only.")
    }
}
