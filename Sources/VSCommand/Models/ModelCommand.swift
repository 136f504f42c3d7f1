import ArgumentParser
import Foundation
import VSNetwork
import VSReport
import VSStore
import VSSurveillance

/// The command `vsdb model`.
struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "List, show, install, import, activate and calibrate models.",
        subcommands: [
            ModelListCommand.self, ModelShowCommand.self, ModelInstallCommand.self,
            ModelImportCommand.self, ModelActivateCommand.self, ModelCalibrateCommand.self,
        ])
}

/// The command `vsdb model list`.
struct ModelListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the installed models; the active one segments new scans.")

    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        try output.show(
            Self.table(database.surveillance().store), empty: "No model is installed.")
    }

    static func table(_ store: Store) throws -> TextTable {
        var table = TextTable([
            .init("model", key: "name"), .init("version", key: "version"),
            .init("active", key: "isActive"), .init("SHA-256", key: "sha256"),
            .init("installed", key: "installedAt"),
        ])
        for model in try store.models() {
            table.add(
                [
                    .text(model.name), .text(model.version), .flag(model.isActive),
                    .text(String(model.sha256.prefix(16))), .text(model.installedAt),
                ], isEmphasised: model.isActive)
        }
        return table
    }
}

/// The command `vsdb model show`.
struct ModelShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a model's description: an installed one, or a file.",
        discussion: """
              vsdb model show
              vsdb model show run1/best.safetensors
            """)

    @Argument(
        help: ArgumentHelp(
            "A name, or a model file; the active model if left out.", valueName: "model"))
    var model: String?
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let file = try file()
        guard output.format == .json else {
            var table = TextTable([.init("field", key: "field"), .init("value", key: "value")])
            FieldList(file).add(to: &table)
            return try output.show(table, empty: "")
        }
        let data = try JSONEncoder().encode(file.description)
        guard let object = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            return
        }
        let more: [String: Any] = [
            "parameters": file.parameterCount, "boundarySDMm": NSNullValue.value,
            "calibration": NSNullValue.value, "scope": NSNullValue.value,
        ]
        try output.printJSON(object.merging(more) { a, _ in a })
    }

    /// The model, an installed one with what its card says.
    private func file() throws -> ModelFile {
        if let model, FileManager.default.fileExists(atPath: model) {
            return try ModelFile(contentsOf: model)
        }
        let store = try database.surveillance().store
        guard let record = try model.map(store.model(named:)) ?? store.activeModel() else {
            throw Self.noModel
        }
        var file = try ModelFile(contentsOf: record.path)
        file.description = try Surveillance.description(of: record)
        return file
    }

    static var noModel: StoreError {
        StoreError(
            .unknown, subject: "model", message: "No model is installed.",
            remedy: "Install one with 'vsdb model install FILE'.")
    }
}

/// The command `vsdb model install`.
struct ModelInstallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install", abstract: "Install a model file after checking it.",
        discussion: """
            A wrong or damaged file changes nothing. The first model installed is active. Without a \
            file it is the program's own model, which a newer program may bring in a new version.

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
    @Flag(help: "Segment new scans with it from now on.")
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
    }
}

/// The command `vsdb model activate`.
struct ModelActivateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate", abstract: "Segment new scans with this model from now on.",
        discussion: """
            Growth is judged by the active model's segmentations where a scan has one; volumes of \
            different models are never compared. --resegment runs the model on every T2 scan.

              vsdb model activate my-model --resegment
            """)

    @Argument(help: ArgumentHelp("The model's name.", valueName: "model"))
    var model: String
    @Flag(help: "Segment every registered T2 scan with it now.")
    var resegment = false
    @Flag(help: "With --resegment: measure each scan's own error, too; some times slower.")
    var repeatability = false
    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        guard resegment || !repeatability else {
            throw ValidationError("--repeatability goes with --resegment.")
        }
    }

    func run() throws {
        Interruption.listen()
        let surveillance = try database.surveillance()
        let record = try surveillance.store.model(named: model)
        try surveillance.store.activateModel(record, rule: surveillance.rule)
        print("\(record.title) is active")
        guard resegment else { return }
        let line = ProgressLine()
        let pending = try surveillance.store.scansToSegment(by: record)
        for (index, scan) in pending.enumerated() {
            _ = try surveillance.resegment(
                scan: scan, measuresRepeatability: repeatability,
                progress: {
                    line.show(
                        "segmenting", fraction: (Double(index) + $0) / Double(pending.count),
                        note: "scan \(index + 1) of \(pending.count)")
                }, isCancelled: { Interruption.isPending })
        }
        line.finish()
        print("segmented \(pending.count) scans")
    }
}
