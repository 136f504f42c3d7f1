import ArgumentParser
import VSPACS
import VSReport
import VSStore

/// The command `vsdb pacs find`.
struct PACSFindCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "find", abstract: "List a patient's studies in an archive.",
        discussion: """
            Asks over DICOMweb (QIDO-RS) for the studies of exactly this PatientID, in which * and ? \
            stand for themselves; names and dates of birth are not asked for. The last column counts scans of the study that are \
            registered here.

              vsdb pacs find P001 --dicomweb http://127.0.0.1:8042/dicom-web
            """)

    @Argument(
        help: ArgumentHelp("The patient's identifier in the archive.", valueName: "patient"),
        completion: .patients)
    var patient: String
    @OptionGroup var archive: DICOMwebOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let (asked, patient) = (try archive.archive(), patient)
        let store = try database.store()
        let studies = try BlockingTask.runInterruptibly {
            try await asked.studies(ofPatient: patient)
        }
        var table = TextTable([
            .init("date", key: "date"), .init("study", key: "studyUid"),
            .init("modalities", key: "modalities"), .init("description", key: "description"),
            .init("series", key: "series", .right), .init("images", key: "images", .right),
            .init("scans here", key: "scansHere", .right),
        ])
        for study in studies {
            table.add([
                .text(study.date), .text(study.uid), .text(study.modalities.joined(separator: " ")),
                .text(study.description), study.series.map { .integer($0) } ?? .none,
                study.images.map { .integer($0) } ?? .none,
                .integer(try store.scanCount(ofStudy: study.uid)),
            ])
        }
        let hint = patient.contains { "*?".contains($0) } ? " (* and ? stand for themselves)" : ""
        try output.show(table, empty: "The archive has no study of \(patient)\(hint).")
    }
}
