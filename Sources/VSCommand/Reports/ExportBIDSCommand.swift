import ArgumentParser
import Foundation
import VSReport
import VSSurveillance

/// The command `vsdb export bids`.
struct ExportBIDSCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bids", abstract: "Write patients as a BIDS data set with derivatives.",
        discussion: """
            One session a day of exam; people's outlines in derivatives/manual_segmentation_masks, \
            models' in derivatives/vsdb_segmentations, on the images' grids. Headers are made anew, \
            so that no text of the files goes along. The folder appears whole or not at all. 'vsdb \
            import bids' reads it.

              vsdb export bids clinic-bids
              vsdb export bids study --patient P001 --patient P002 --anonymous
            """)

    @Argument(
        help: ArgumentHelp("The folder; new or empty.", valueName: "folder"),
        completion: .directory)
    var folder: String
    @Option(
        help: ArgumentHelp("Only this patient; may be given again.", valueName: "id"),
        completion: .patients)
    var patient: [String] = []
    @Flag(
        help: """
            Number the subjects, leave identifiers out, and shift days so that each patient's first \
            exam is on 1900-01-01; intervals are kept. The images still show the head.
            """)
    var anonymous = false
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        Interruption.listen()
        let line = ProgressLine()
        defer { line.finish() }
        let done: BIDSExport
        do {
            done = try database.surveillance().exportBIDS(
                to: folder, patients: patient.isEmpty ? nil : patient,
                naming: BIDSNaming(isAnonymous: anonymous),
                progress: { finished, all in
                    line.show(
                        "exporting", fraction: Double(finished) / Double(max(all, 1)),
                        note: "\(finished) of \(all)")
                }, isCancelled: { Interruption.isPending })
        } catch is CancellationError {
            line.finish()
            note("Stopped; nothing was written.")
            throw ExitCode(130)
        }
        line.finish()
        var table = TextTable([
            .init("subjects", key: "subjects", .right), .init("sessions", key: "sessions", .right),
            .init("images", key: "images", .right),
            .init("outlines", key: "manualMasks", .right),
            .init("segmentations", key: "modelMasks", .right),
        ])
        table.add(
            [done.subjects, done.sessions, done.images, done.manualMasks, done.modelMasks]
                .map { .integer($0) })
        try output.show(table, empty: "")
        for (scan, reason) in done.leftOut { note("scan \(scan) is left out: \(reason)") }
    }
}
