import ArgumentParser
import Foundation
import VSGrowth
import VSImaging
import VSReport
import VSStore
import VSSurveillance

/// The command `vsdb export`.
struct ExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Export a mask, DICOM objects, an overlay picture, all volumes, or a data set.",
        subcommands: [
            ExportMaskCommand.self, ExportSegmentationCommand.self, ExportReportCommand.self,
            ExportOverlayCommand.self, ExportCSVCommand.self, ExportBIDSCommand.self,
        ])
}

/// The command `vsdb export mask`.
struct ExportMaskCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mask", abstract: "Write a scan's mask as NIfTI on the scan's own grid.",
        discussion: """
              vsdb export mask 3 tumour.nii.gz
            """)

    @Argument(help: ArgumentHelp("The scan's number.", valueName: "scan"))
    var scan: Int64
    @Argument(
        help: ArgumentHelp("The file, .nii or .nii.gz.", valueName: "file"), completion: .file())
    var file: String
    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        guard file.hasSuffix(".nii") || file.hasSuffix(".nii.gz") else {
            throw ValidationError("The file must end in .nii or .nii.gz, not \(file).")
        }
    }

    func run() throws {
        let stored = try StoredScan(database.store(), scan: scan)
        try NIfTIWriter.write(stored.mask, like: stored.image, to: file)
        print("\(file): \(stored.mask.voxelCount) voxels")
    }
}

/// The command `vsdb export overlay`.
struct ExportOverlayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "overlay", abstract: "Draw a scan's slices with the tumour's outline.",
        discussion: """
              vsdb export overlay 3 overlay.png
            """)

    @Argument(help: ArgumentHelp("The scan's number.", valueName: "scan"))
    var scan: Int64
    @Argument(
        help: ArgumentHelp("The picture, .png or .svg.", valueName: "file"), completion: .file())
    var file: String
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let store = try database.store()
        let stored = try StoredScan(store, scan: scan)
        try OverlayPicture(stored, in: store).write(to: file)
        print(file)
    }
}

/// The command `vsdb export csv`.
struct ExportCSVCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "csv", abstract: "Write every volume of every patient as one CSV.",
        discussion: """
            One row per tumour, exam and source (a model, or a person's outline); exams without a \
            tumour have an empty volume. hasOwnError says that relativeSD is the scan's own, from \
            measuring it again (register scan --repeatability).

              vsdb export csv > volumes.csv
            """)

    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let store = try database.store()
        var table = TextTable([
            .init("", key: "patient"), .init("", key: "examDate"), .init("", key: "scan"),
            .init("", key: "sequence"), .init("", key: "side"), .init("", key: "model"),
            .init("", key: "modelSha256"), .init("", key: "volumeMm3"),
            .init("", key: "relativeSD"), .init("", key: "highestProbability"),
            .init("", key: "source"), .init("", key: "hasOwnError"),
        ])
        for patient in try store.patientSummaries() {
            for exam in try store.exams(ofPatient: patient.identifier) {
                table.add([
                    .text(patient.identifier), .text(exam.examDate.iso), .integer(Int(exam.scanId)),
                    .text(exam.sequence), exam.side.map { .text($0) } ?? .none, .text(exam.model),
                    .text(exam.modelSha256), exam.volumeMm3.map { .number($0, "") } ?? .none,
                    exam.relativeSD.map { .number($0, "") } ?? .none,
                    exam.source == .model ? .number(exam.highestProbability, "") : .none,
                    .text(exam.source.rawValue), .text("\(exam.hasOwnError)"),
                ])
            }
        }
        print(table.csv)
    }
}
