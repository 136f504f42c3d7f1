import ArgumentParser
import VSStore

/// The command `vsdb register patient`.
struct RegisterPatientCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "patient", abstract: "Register a patient without a scan yet.",
        discussion: """
            Use a pseudonym; vsdb needs no name and no date of birth.

              vsdb register patient P001

            One tumour is expected unless --bilateral says that there are two, one on each side, as \
            in neurofibromatosis type 2.

              vsdb register patient P002 --bilateral
            """)

    @Argument(
        help: ArgumentHelp("The patient's identifier.", valueName: "patient"), completion: .patients
    )
    var patient: String
    @Flag(inversion: .prefixedNo, help: "Tumours on both sides are expected.")
    var bilateral: Bool?
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let (isNew, isChanged) = try database.store().registerPatient(
            patient, isBilateral: bilateral)
        print(
            isNew
                ? "registered \(patient)"
                : isChanged ? "changed \(patient)" : "\(patient) is registered already")
    }
}
