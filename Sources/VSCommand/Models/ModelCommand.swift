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
            TextTable(models: database.surveillance().store.models()),
            empty: "No model is installed.")
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
            "grossErrorShare": NSNullValue.value,
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
