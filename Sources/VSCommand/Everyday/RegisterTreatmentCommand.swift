import ArgumentParser
import VSGrowth
import VSSegmentation
import VSStore
import VSSurveillance

/// The command `vsdb register treatment`.
struct RegisterTreatmentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "treatment", abstract: "Register a treatment of a tumour.",
        discussion: """
            A treatment begins a new epoch with its own baseline. After radiosurgery enlargement is \
            reported as possible swelling for three years; after surgery volumes are not judged.

              vsdb register treatment P001 --kind radiosurgery --date 2021-06-30 --side left
            """)

    @Argument(
        help: ArgumentHelp("The patient's identifier.", valueName: "patient"), completion: .patients
    )
    var patient: String
    @Option(help: ArgumentHelp("radiosurgery or surgery.", valueName: "kind"))
    var kind: Treatment.Kind
    @Option(help: ArgumentHelp("The day of the treatment.", valueName: "YYYY-MM-DD"))
    var date: ExamDate
    @Option(help: ArgumentHelp("The tumour's side.", valueName: "left|right"))
    var side: Side
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        guard date <= .today else {
            throw StoreError(
                .invalid, subject: date.iso, message: "The treatment lies in the future.",
                remedy: "Give the day it was done as YYYY-MM-DD.")
        }
        let isNew = try database.surveillance().registerTreatment(
            Treatment(kind: kind, date: date), patient: patient, side: side)
        print(
            isNew
                ? "registered \(kind.rawValue) of \(patient), \(side.rawValue), on \(date.iso)"
                : "this treatment is registered already")
    }
}
