import ArgumentParser
import VSNetwork
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
            bring in a new version.

              vsdb model install run1/best.safetensors --activate
              vsdb model install --activate

            A card (JSON) says what was learnt of a model since: its measured boundary error, and \
            whether it was made for exams after surgery, which are out of scope otherwise. It may be \
            given again for a model that is installed; growth is judged anew.

              vsdb model install run1/best.safetensors --card run1/best.card.json
              echo '{"scope": {"postSurgery": true}}' > operated.card.json
            """)

    @Argument(
        help: ArgumentHelp(
            "The model file; the program's own model if left out.", valueName: "file"),
        completion: .file())
    var file: String?
    @Option(
        help: ArgumentHelp("What was measured of the model since.", valueName: "file"),
        completion: .file())
    var card: String?
    @Flag(help: "Begin a campaign after which it is the active model.")
    var activate = false
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let surveillance = Surveillance(try database.store(), rule: try database.rule())
        let given = try card.map { try ModelCard(contentsOf: $0) }
        let (model, isNew) =
            try file.map { try surveillance.installModel($0, card: given, activating: activate) }
            ?? surveillance.installModel(
                DefaultModel.data, subject: DefaultModel.subject,
                card: given ?? DefaultModel.card(), keepsMeasured: given == nil,
                activating: activate)
        let state = model.isActive ? ", active" : ""
        print((isNew ? "installed " : "installed already: ") + model.title + state)
        if activate, !model.isActive, let campaign = try surveillance.store.openCampaign() {
            print("campaign \(campaign.id) has begun; 'vsdb serve' or 'vsdb work' runs it")
        }
    }
}
