import ArgumentParser
import VSGrowth
import VSReport
import VSStore

/// The command `vsdb flagged`.
struct FlaggedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flagged", abstract: "List the tumours that someone should look at.",
        discussion: """
            Growth, possible growth, and enlargement after treatment; the newest exam first. JSON \
            and CSV also hold the sentence with the numbers that decided.

              vsdb flagged
              vsdb flagged --fail-on-growth
            """)

    @Flag(help: "Exit with code 10 where the list is not empty.")
    var failOnGrowth = false
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let flags = try database.store().flagged()
        // A sentence is too long for a line of a table.
        let isForPrograms = output.format != .table
        var columns: [TextTable.Column] = [
            .init("patient", key: "patient"), .init("side", key: "side"),
            .init("class", key: "class"), .init("last exam", key: "lastExam"),
            .init("volume mm³", key: "volumeMm3", .right),
            .init("baseline %", key: "percentFromBaseline", .right),
            .init("P(growth)", key: "probabilityOfGrowth", .right),
        ]
        if isForPrograms { columns.append(.init("finding", key: "sentence")) }
        var table = TextTable(columns)
        for flag in flags {
            var row: [TextTable.Value] = [
                .text(flag.identifier), .text(flag.side), .text(flag.growthClass),
                .text(flag.lastExam.iso),
                .number(flag.volumeMm3, NumberText.volume(flag.volumeMm3)),
                flag.percentFromBaseline.map { .number($0, NumberText.percent($0)) } ?? .none,
                flag.probabilityOfGrowth.map { .number($0, NumberText.probability($0)) } ?? .none,
            ]
            if isForPrograms { row.append(.text(flag.sentence)) }
            table.add(row)
        }
        try output.show(table, empty: "No tumour is flagged.")
        if failOnGrowth, !flags.isEmpty { throw ExitCode(CommandRunner.Code.growth) }
    }
}
