import ArgumentParser
import VSGrowth
import VSReport
import VSSegmentation
import VSStore

/// The command `vsdb acknowledge`.
struct AcknowledgeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "acknowledge", abstract: "Record that somebody has seen a patient's flags.",
        discussion: """
            An acknowledged flag leaves 'vsdb flagged' and comes back when a new exam changes its \
            class. Who, when and the note are kept.

              vsdb acknowledge P001 --reader "Dr Ash" --note "seen, next exam in six months"
            """)

    @Argument(
        help: ArgumentHelp("The patient's identifier.", valueName: "patient"), completion: .patients
    )
    var patient: String
    @Option(help: ArgumentHelp("Who has seen it.", valueName: "name"))
    var reader: String
    @Option(help: ArgumentHelp("What is to be remembered.", valueName: "text"))
    var note = ""
    @Option(help: ArgumentHelp("Only the tumour of this side.", valueName: "left|right"))
    var side: Side?
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let store = try database.store()
        let sides = try store.acknowledge(
            patient: patient, side: side?.rawValue, reader: reader, note: note)
        guard output.format == .table else {
            return try output.show(
                TextTable(acknowledgements: try store.acknowledgements(ofPatient: patient)),
                empty: "")
        }
        print(
            sides.isEmpty
                ? "the flags of \(patient) were acknowledged already"
                : "acknowledged \(patient), \(sides.joined(separator: " and "))")
    }
}
