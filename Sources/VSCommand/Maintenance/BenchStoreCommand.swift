import ArgumentParser
import VSGrowth
import VSReport
import VSStore
import VSSurveillance

/// The command `vsdb bench-store`.
struct BenchStoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench-store", abstract: "Time the lists and the bookkeeping of a database.",
        discussion: """
            The first page of each list, and the bookkeeping of one more exam of some patients, which \
            is rolled back: the database is not changed. Median, smallest and largest milliseconds. \
            scripts/scale makes a large database and compares it with bare SQL.

              vsdb bench-store --database vsdb.sqlite
            """)

    @Option(help: ArgumentHelp("Runs to time.", valueName: "n"))
    var rounds = 9
    @Option(help: ArgumentHelp("Rows of a page.", valueName: "n"))
    var limit = 100
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        guard rounds > 0, limit > 0 else {
            throw ValidationError("--rounds and --limit are at least 1.")
        }
    }

    func run() throws {
        let store = try database.store()
        let today = ExamDate.today
        var table = TextTable([
            .init("what", key: "what"), .init("rows", key: "rows", .right),
            .init("median ms", key: "medianMs", .right),
            .init("smallest", key: "smallestMs", .right),
            .init("largest", key: "largestMs", .right),
        ])
        func add(_ what: String, _ body: () throws -> Int) throws {
            var times: [Double] = []
            var rows = 0
            for _ in 0..<rounds {
                let start = ContinuousClock.now
                rows = try body()
                times.append((ContinuousClock.now - start) / .milliseconds(1))
            }
            table.add(Self.row(what, rows, times))
        }
        let likely = FlagQuery(minimalProbability: 0.99, limit: limit)
        let rapid = FlagQuery(classes: [.rapid], limit: limit)
        try add("flagged") { try store.flagged(FlagQuery(limit: limit)).count }
        try add("flagged --min-probability 0.99") { try store.flagged(likely).count }
        try add("flagged --class rapid") { try store.flagged(rapid).count }
        try add("worklist --overdue") {
            try store.worklist(.overdue(today: today), limit: limit).count
        }
        try add("worklist --due") {
            let last = ExamDate(dayNumber: today.dayNumber + 30)
            return try store.worklist(.due(from: today, to: last), limit: limit).count
        }
        try add("worklist --outliers") { try store.worklist(.outliers, limit: limit).count }
        try add("worklist --review") { try store.openFindings(limit: limit).count }
        try addBookkeeping(store, to: &table)
        try output.show(table, empty: "")
    }

    /// Of flagged patients, whose exams lie anywhere in the database.
    private func addBookkeeping(_ store: Store, to table: inout TextTable) throws {
        let patients = try store.flagged(FlagQuery(limit: rounds)).map(\.identifier)
        let times = try patients.map {
            1000 * (try store.secondsOfBookkeeping(patient: $0, rule: .init()))
        }
        if !times.isEmpty { table.add(Self.row("bookkeeping of an exam", times.count, times)) }
    }

    private static func row(_ what: String, _ rows: Int, _ times: [Double]) -> [TextTable.Value] {
        let sorted = times.sorted()
        return [.text(what), .integer(rows)]
            + [sorted[sorted.count / 2], sorted[0], sorted[sorted.count - 1]].map {
                .number($0, NumberText.fixed($0, 2))
            }
    }
}
