import ArgumentParser
import VSGrowth
import VSReport
import VSStore
import VSSurveillance

/// The command `vsdb list`.
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List patients, scans, segmentations or models.",
        discussion: """
              vsdb list patients
              vsdb list scans --patient P001 --format csv
            """)

    enum Subject: String, ExpressibleByArgument, CaseIterable {
        case patients, scans, segmentations, models
    }

    @Argument(help: "patients, scans, segmentations or models.")
    var subject: Subject
    @Option(help: ArgumentHelp("Of this patient only.", valueName: "id"), completion: .patients)
    var patient: String?
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        guard patient == nil || subject == .scans || subject == .segmentations else {
            throw ValidationError("--patient goes with scans or segmentations.")
        }
    }

    func run() throws {
        let store = try database.surveillance().store
        let table =
            switch subject {
            case .patients: try Self.patients(store)
            case .scans: try Self.scans(store, patient)
            case .segmentations: try Self.segmentations(store, patient)
            case .models: try ModelListCommand.table(store)
            }
        try output.show(table, empty: "There are no \(subject.rawValue) yet.")
    }

    private static func patients(_ store: Store) throws -> TextTable {
        var table = TextTable([
            .init("patient", key: "patient"), .init("scans", key: "scans", .right),
            .init("first exam", key: "firstExam"), .init("last exam", key: "lastExam"),
            .init("class", key: "class"),
        ])
        for patient in try store.patientSummaries() {
            table.add([
                .text(patient.identifier), .integer(patient.scans),
                patient.firstExam.map { .text($0.iso) } ?? .none,
                patient.lastExam.map { .text($0.iso) } ?? .none,
                patient.growthClass.map { .text($0) } ?? .none,
            ])
        }
        return table
    }

    private static func scans(_ store: Store, _ patient: String?) throws -> TextTable {
        var table = TextTable([
            .init("scan", key: "scan", .right), .init("patient", key: "patient"),
            .init("date", key: "examDate"), .init("sequence", key: "sequence"),
            .init("slices x rows x columns", key: "shape"),
            .init("slice mm", key: "sliceSpacingMm", .right),
            .init("segmentations", key: "segmentations", .right),
        ])
        for scan in try store.scanSummaries(patient: patient) {
            table.add([
                .integer(Int(scan.id)), .text(scan.identifier), .text(scan.examDate.iso),
                .text(scan.sequence), .text("\(scan.depth) x \(scan.height) x \(scan.width)"),
                .number(scan.sliceSpacingMm, NumberText.fixed(scan.sliceSpacingMm, 2)),
                .integer(scan.segmentations),
            ])
        }
        return table
    }

    private static func segmentations(_ store: Store, _ patient: String?) throws -> TextTable {
        var table = TextTable([
            .init("segmentation", key: "segmentation", .right), .init("scan", key: "scan", .right),
            .init("patient", key: "patient"), .init("date", key: "examDate"),
            .init("model", key: "model"), .init("finding", key: "finding"),
            .init("volume mm³", key: "volumeMm3", .right), .init("made", key: "createdAt"),
        ])
        for row in try store.segmentationSummaries(patient: patient) {
            table.add([
                .integer(Int(row.id)), .integer(Int(row.scanId)), .text(row.identifier),
                .text(row.examDate.iso), .text(row.model), .text(row.finding),
                row.volumeMm3.map { .number($0, NumberText.volume($0)) } ?? .none,
                .text(row.createdAt),
            ])
        }
        return table
    }
}
