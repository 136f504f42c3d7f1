import ArgumentParser

/// The command `vsdb import`.
struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Import outlines that come without scans.",
        subcommands: [ImportOutlinesCommand.self])
}
