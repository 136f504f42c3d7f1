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
            case .patients: TextTable(patients: try store.patientSummaries())
            case .scans: TextTable(scans: try store.scanSummaries(patient: patient))
            case .segmentations:
                TextTable(segmentations: try store.segmentationSummaries(patient: patient))
            case .models: TextTable(models: try store.models())
            }
        try output.show(table, empty: "There are no \(subject.rawValue) yet.")
    }
}
