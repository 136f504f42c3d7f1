public import ArgumentParser
import Foundation
public import VSGrowth
import VSReport
import VSSegmentation
import VSStore
import VSSurveillance

/// Where the database is.
struct DatabaseOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The database file. Default: VSDB_DATABASE, else vsdb/vsdb.sqlite in the XDG data folder.",
            valueName: "file"), completion: .file())
    var database: String?

    func store() throws -> Store { try Store(StoreLocation(option: database)) }

    /// The growth rule in force: `growth.json` beside the database, else the defaults.
    func rule() throws -> GrowthRule {
        try GrowthRuleFile.rule(at: StoreLocation(option: database))
    }

    /// The use cases by the rule in force, with the program's own model installed where the store has
    /// none; stored answers of another rule are made again.
    func surveillance(parameters: SegmentationParameters = .init()) throws -> Surveillance {
        let rule = try rule()
        let surveillance = Surveillance(try store(), rule: rule, parameters: parameters)
        try surveillance.store.adopt(rule) { tumours in
            // Fewer take less than a second or two.
            if tumours >= 500 {
                note(
                    "The stored answers are by another growth rule: judging \(tumours) tumours anew."
                )
            }
        }
        if try surveillance.store.models().isEmpty {
            // It comes with the program and was tried before.
            try surveillance.installModel(
                DefaultModel.data, subject: DefaultModel.subject, card: DefaultModel.card(),
                isTried: true)
        }
        return surveillance
    }
}

/// How results are printed.
struct OutputOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case table, json, csv
    }

    @Option(help: ArgumentHelp("table, json or csv.", valueName: "format"))
    var format: Format = .table

    private var isColoured: Bool {
        isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
    }

    /// Prints a table in the format asked for.
    func show(_ table: TextTable, empty: String) throws {
        switch format {
        case .table: print(table.rows.isEmpty ? empty : table.text(coloured: isColoured))
        case .csv: print(table.csv)
        case .json: try printJSON(table.objects)
        }
    }

    /// Prints an object as JSON, keys sorted.
    func printJSON(_ object: Any) throws {
        let data = try JSONSerialization.data(
            withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
        print(String(decoding: data, as: UTF8.self))
    }
}

/// What the network's runs may take of the machine.
struct NetworkOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Memory a run may take beside the model, MiB. With less a run takes longer and gives the \
            same result; a scan that does not fit is refused.
            """, valueName: "MiB"))
    var memoryLimit = 3072
    @Option(
        help: ArgumentHelp(
            "Threads; default: one per processor, of 'vsdb serve' one fewer.", valueName: "n"))
    var threads: Int?

    func validate() throws {
        guard memoryLimit >= 64 else { throw ValidationError("--memory-limit is at least 64 MiB.") }
        guard memoryLimit <= Int.max >> 20 else {
            throw ValidationError("--memory-limit is more than any machine has.")
        }
        guard threads.map({ $0 > 0 }) ?? true else {
            throw ValidationError("--threads is at least 1; without it, one per processor.")
        }
    }

    /// The parameters of a run.
    var parameters: SegmentationParameters {
        var parameters = SegmentationParameters()
        parameters.memoryLimitBytes = memoryLimit << 20
        return parameters
    }
}

/// Limits of a run of the network.
struct RunOptions: ParsableArguments {
    @OptionGroup var network: NetworkOptions
    @Flag(
        help: """
            Run the whole scan through the network, and not only the places that a quick pass \
            proposes; the same tumours, more slowly.
            """)
    var exhaustive = false
    @Option(
        help: ArgumentHelp(
            "Look only in a box of 100 x 50 x 50 mm around this centre, mm LPS.",
            valueName: "x,y,z"))
    var box: String?

    func validate() throws {
        if box != nil, searchBox == nil {
            throw ValidationError("--box is three numbers in mm LPS, for example --box=12.5,-30,4.")
        }
    }

    /// How many threads; nil for one per processor.
    var threads: Int? { network.threads }

    var searchBox: SearchBox? {
        let words = (box ?? "").split(separator: ",", omittingEmptySubsequences: false)
        let numbers = words.compactMap { Double($0) }
        guard words.count == 3, numbers.count == 3 else { return nil }
        return SearchBox(centre: [numbers[0], numbers[1], numbers[2]])
    }

    var parameters: SegmentationParameters {
        var parameters = network.parameters
        parameters.isExhaustive = exhaustive
        return parameters
    }
}

extension ExamDate: ExpressibleByArgument {
    /// Reads `YYYY-MM-DD`.
    public init?(argument: String) { self.init(iso: argument) }

    /// The present day where the program runs.
    static var today: ExamDate {
        let parts = Calendar(identifier: .gregorian).dateComponents(
            [.year, .month, .day], from: Date())
        return ExamDate(year: parts.year ?? 0, month: parts.month ?? 0, day: parts.day ?? 0)
            ?? ExamDate(dayNumber: 0)
    }
}

extension Role: ExpressibleByArgument {}
extension Side: ExpressibleByArgument {}
extension Treatment.Kind: ExpressibleByArgument {}
extension GrowthClass: ExpressibleByArgument {}
extension JobState: ExpressibleByArgument {}
extension ScheduleKind: ExpressibleByArgument {}
