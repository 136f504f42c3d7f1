import ArgumentParser

/// The command `vsdb register`.
struct RegisterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "register", abstract: "Register a scan, a patient or a treatment.",
        subcommands: [
            RegisterScanCommand.self, RegisterPatientCommand.self, RegisterTreatmentCommand.self,
        ])
}
