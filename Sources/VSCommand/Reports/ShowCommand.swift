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
        let store = try database.store()
        let (record, patient, _) = try store.scan(scan)
        var facts = FieldList(record, patient: patient)
        let segmentation = try store.currentSegmentation(ofScan: scan)
        if let segmentation {
            facts.add(segmentation)
        } else {
            facts.addMissing(FieldList.segmentationKeys)
        }
        let tumours = try segmentation.map { try store.volumes(ofSegmentation: $0.id) } ?? []
        let readings = ReviewReport.table(
            try store.reviews(ofScan: scan), try store.manualVolumes(ofScan: scan))
        try output.show(
            facts,
            parts: try Self.parts(tumours, store),
            tables: [
                ("readings", readings), ("findings", TextTable(try store.findings(ofScan: scan))),
            ])
    }

    /// Each tumour's measurement, with how steadily it was measured.
    static func parts(
        _ tumours: [(side: String, volume: VolumeRecord)], _ store: Store
    ) throws -> [(side: String, facts: FieldList)] {
        try tumours.map { side, volume in
            var facts = FieldList(volume, side: side)
            facts.add(
                try store.repeatability(ofVolume: volume.id), relativeSD: volume.relativeSD)
            return (side, facts)
        }
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
        let store = try database.store()
        let record = try store.segmentation(segmentation)
        let (scan, patient, _) = try store.scan(record.scanId)
        var facts = FieldList()
        facts.add("scan", key: "scan", .integer(Int(scan.id)))
        facts.add("patient", key: "patient", .text(patient))
        facts.add("exam date", key: "examDate", .text(scan.examDate.iso))
        facts.add(record)
        facts.add("parameters", key: "parameters", .text(record.parameters))
        facts.add("dropped findings", key: "dropped", .text(record.dropped))
        try output.show(
            facts,
            parts: try ShowScanCommand.parts(store.volumes(ofSegmentation: record.id), store))
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
        let store = try database.store()
        let record = try store.patient(patient)
        let scans = try store.scanSummaries(patient: patient)
        var facts = FieldList()
        facts.add("patient", key: "patient", .text(record.identifier))
        facts.add("tumours on both sides expected", key: "isBilateral", .flag(record.isBilateral))
        facts.add("scans", key: "scans", .integer(scans.count))
        facts.add("registered", key: "registeredAt", .text(record.createdAt))
        let tumours = try store.tumourSummaries(ofPatient: patient)
        try output.show(
            facts,
            parts: try tumours.map { tumour in
                let treatments = try store.treatments(ofPatient: patient, side: tumour.side)
                return (tumour.side, FieldList(tumour, treatments: treatments))
            },
            tables: [
                (
                    "acknowledgements",
                    AcknowledgeCommand.table(try store.acknowledgements(ofPatient: patient))
                )
            ])
    }
}

extension OutputOptions {
    /// Prints the facts of one thing and of its tumours, by side.
    func show(
        _ facts: FieldList, parts: [(side: String, facts: FieldList)],
        tables: [(key: String, table: TextTable)] = []
    ) throws {
        guard format == .json else {
            var table = TextTable([.init("field", key: "field"), .init("value", key: "value")])
            facts.add(to: &table)
            for part in parts { part.facts.add(to: &table, prefix: part.side + " ") }
            try show(table, empty: "")
            // One CSV has one header.
            for more in tables where format == .table && !more.table.rows.isEmpty {
                print("")
                try show(more.table, empty: "")
            }
            return
        }
        var object = facts.object
        object["tumours"] = parts.map(\.facts.object)
        for more in tables { object[more.key] = more.table.objects }
        object["researchUseOnly"] = true
        try printJSON(object)
    }
}
