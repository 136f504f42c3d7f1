import ArgumentParser
import VSGrowth
import VSReport
import VSStore

/// The command `vsdb show`.
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show everything known of a scan, patient or segmentation.",
        discussion: """
              vsdb show patient P001
              vsdb show scan 3
              vsdb show segmentation 5 --format json
            """,
        subcommands: [
            ShowScanCommand.self, ShowPatientCommand.self, ShowSegmentationCommand.self,
        ],
        defaultSubcommand: ShowScanCommand.self)
}

/// The command `vsdb show scan`, and `vsdb show` with a number alone.
struct ShowScanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan", abstract: "Show a scan and the segmentation of it that counts.",
        discussion: """
            Scan numbers are those of 'vsdb list scans'.

              vsdb show scan 3
            """)

    @Argument(help: ArgumentHelp("The scan's number.", valueName: "scan"))
    var scan: Int64
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        try output.show(RecordDocument(scan: scan, in: database.store()))
    }
}

/// The command `vsdb show segmentation`.
struct ShowSegmentationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "segmentation", abstract: "Show what one model said of one scan.",
        discussion: """
            Segmentation numbers are those of 'vsdb list segmentations'.

              vsdb show segmentation 5
            """)

    @Argument(help: ArgumentHelp("The segmentation's number.", valueName: "segmentation"))
    var segmentation: Int64
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        try output.show(RecordDocument(segmentation: segmentation, in: database.store()))
    }
}

/// The command `vsdb show patient`.
struct ShowPatientCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "patient", abstract: "Show a patient's tumours, treatments and next exam.",
        discussion: """
              vsdb show patient P001
            """)

    @Argument(
        help: ArgumentHelp("The patient's identifier.", valueName: "patient"),
        completion: .patients)
    var patient: String
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        try output.show(RecordDocument(patient: patient, in: database.store()))
    }
}

extension OutputOptions {
    /// Prints the facts of one thing and of its tumours, by side.
    func show(_ document: RecordDocument) throws {
        guard format != .json else { return try printJSON(document.object) }
        try show(document.facts, empty: "")
        // One CSV has one header.
        for more in document.tables where format == .table && !more.table.rows.isEmpty {
            print("")
            try show(more.table, empty: "")
        }
    }
}
