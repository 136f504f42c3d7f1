import ArgumentParser
import VSGrowth
import VSReport
import VSStore

/// The command `vsdb flagged`.
struct FlaggedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flagged", abstract: "List the tumours that someone should look at.",
        discussion: """
            Growth, possible growth, and enlargement after treatment; the newest exam first. A flag \
            that was acknowledged is left out until its class changes. JSON and CSV also hold the \
            sentence with the numbers that decided.

              vsdb flagged
              vsdb flagged --since 2024-01-01 --min-probability 0.9 --class growing --class rapid
              vsdb flagged --fail-on-growth
            """)

    @Option(help: ArgumentHelp("Of exams on or after this day.", valueName: "YYYY-MM-DD"))
    var since: ExamDate?
    @Option(
        help: ArgumentHelp("With at least this probability of any growth, 0 to 1.", valueName: "p"))
    var minProbability: Double?
    @Option(
        name: .customLong("class"),
        help: ArgumentHelp("Of this class; may be given again.", valueName: "class"))
    var classes: [GrowthClass] = []
    @Flag(help: "Also flags that were acknowledged.")
    var all = false
    @Flag(help: "Exit with code 10 where the list is not empty.")
    var failOnGrowth = false
    @OptionGroup var page: PageOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        if let minProbability, !(0...1).contains(minProbability) {
            throw ValidationError("--min-probability is from 0 to 1, not \(minProbability).")
        }
        if let other = classes.first(where: { !$0.isFlagged }) {
            throw ValidationError("Tumours of the class \(other.rawValue) are not flagged.")
        }
        _ = try page.cursor()
    }

    func run() throws {
        let flags = try database.store().flagged(
            FlagQuery(
                since: since, minimalProbability: minProbability, classes: Set(classes),
                includesAcknowledged: all, after: page.cursor(), limit: page.limit))
        let table = TextTable(flags, withSentence: output.format != .table)
        try output.show(table, empty: "No tumour is flagged.")
        page.noteNext(
            flags.count,
            at: flags.last.map { ListCursor(day: $0.lastExam, row: $0.tumourId).description })
        if failOnGrowth, !flags.isEmpty { throw ExitCode(CommandRunner.Code.growth) }
    }
}
