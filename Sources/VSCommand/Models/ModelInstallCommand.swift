import ArgumentParser
import Foundation
import VSStore
import VSSurveillance

/// The command `vsdb model install`.
struct ModelInstallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install", abstract: "Install a model file after checking and trying it.",
        discussion: """
            Its hash is noted, its tensors are compared with the architecture it names, and it has to \
            segment a built-in phantom; a wrong or damaged file changes nothing. The first model \
            installed is active; --activate begins a campaign for a later one, as 'vsdb model \
            activate' does. Without a file it is the program's own model, which a newer program may \
            bring in a new version. --card keeps a text about the model beside it.

              vsdb model install run1/best.safetensors --card run1/card.md
              vsdb model install --activate
            """)

    @Argument(
        help: ArgumentHelp(
            "The model file; the program's own model if left out.", valueName: "file"),
        completion: .file())
    var file: String?
    @Option(
        help: ArgumentHelp("A text about the model, UTF-8.", valueName: "file"),
        completion: .file())
    var card: String?
    @Flag(help: "Begin a campaign after which it is the active model.")
    var activate = false
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let surveillance = Surveillance(try database.store(), rule: try database.rule())
        let text = try card.map { try ModelCard.read($0) }
        let (model, isNew) =
            try file.map { try surveillance.installModel($0, activating: activate) }
            ?? surveillance.installModel(
                DefaultModel.data, subject: DefaultModel.subject, activating: activate)
        if let text { try surveillance.store.keepCard(text, of: model) }
        let state = model.isActive ? ", active" : ""
        print((isNew ? "installed " : "installed already: ") + model.title + state)
        if activate, !model.isActive, let campaign = try surveillance.store.openCampaign() {
            print("campaign \(campaign.id) has begun; 'vsdb work' or 'vsdb serve' runs it")
        }
    }
}

/// A model card's text.
enum ModelCard {
    private static let largestBytes = 1 << 20

    static func read(_ path: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw StoreError(
                .unknown, subject: path, message: "The card cannot be read.",
                remedy: "Check the path; nothing was installed.")
        }
        guard data.count <= largestBytes, let text = String(data: data, encoding: .utf8) else {
            throw StoreError(
                .invalid, subject: path, message: "The card is no UTF-8 text of at most 1 MiB.",
                remedy: "Give a text file; nothing was installed.")
        }
        return text
    }
}
