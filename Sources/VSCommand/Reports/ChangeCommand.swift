public import ArgumentParser
import Foundation
import VSGrowth
import VSImaging
import VSReport
import VSSegmentation
public import VSSurveillance

/// The command `vsdb change`.
struct ChangeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "change", abstract: "Show where a tumour grew between two exams.",
        discussion: """
            The two heads are laid upon each other by a rigid motion, found from the bone and brain \
            within 40 mm of the tumour, the tumour itself left out; both are moved by half of it. The \
            displacement of the tumour's surface is positive where the later exam reaches further. \
            Regions are by direction from the tumour's middle: within 45° of the patient's side (the \
            canal), within 45° of the opposite direction (the brainstem), and all else. They say \
            nothing of what lies there. Nothing is stored.

              vsdb change P001 2019-03-29 2022-03-09
              vsdb change P001 5 8 --picture change.png
            """)

    @Argument(
        help: ArgumentHelp("The patient's identifier.", valueName: "patient"), completion: .patients
    )
    var patient: String
    @Argument(help: ArgumentHelp("An exam: its day, or its scan's number.", valueName: "exam1"))
    var first: ExamReference
    @Argument(help: ArgumentHelp("Another exam.", valueName: "exam2"))
    var second: ExamReference
    @Option(help: "The tumour's side, where the patient has one on each.")
    var side: Side?
    @Option(
        help: ArgumentHelp("Also draw matched slices, PNG or SVG by ending.", valueName: "file"),
        completion: .file())
    var picture: String?
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func validate() throws { try PictureName.check(picture, option: "--picture") }

    func run() throws {
        let change = try database.surveillance().change(
            of: patient, from: first, to: second, side: side)
        let report = ChangeReport(change)
        try report.show(output)
        if let picture {
            try report.picture().write(to: picture)
            note("picture: \(picture)")
        }
    }
}

extension ExamReference: ExpressibleByArgument {
    /// Reads a day or a scan's number.
    public init?(argument: String) { self.init(argument) }
}
