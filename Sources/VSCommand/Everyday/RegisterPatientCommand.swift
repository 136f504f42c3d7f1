import ArgumentParser
import VSStore

/// The command `vsdb register patient`.
struct RegisterPatientCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "patient", abstract: "Register a patient without a scan yet.",
        discussion: """
            Use a pseudonym; vsdb needs no name and no date of birth.

              vsdb register patient P001
            """)

    @Argument(help: ArgumentHelp("The patient's identifier.", valueName: "patient"))
    var patient: String
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let isNew = try database.store().registerPatient(patient)
        print(isNew ? "registered \(patient)" : "\(patient) is registered already")
    }
}
