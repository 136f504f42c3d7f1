import ArgumentParser

/// The command `vsdb simulate`.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Test a method on virtual patients whose truth is known.",
        subcommands: [SimulateGrowthCommand.self])
}
