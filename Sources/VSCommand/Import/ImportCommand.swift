import ArgumentParser

/// The command `vsdb import`.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Import public data sets, or outlines without scans.",
        subcommands: [
            ImportVSSEGCommand.self, ImportVSMCRCCommand.self, ImportCrossMoDACommand.self,
            ImportBIDSCommand.self, ImportOutlinesCommand.self,
        ])
}
