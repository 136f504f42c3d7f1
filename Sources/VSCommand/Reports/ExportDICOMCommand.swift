import ArgumentParser
import VSReport
import VSStore
import VSSurveillance

/// The command `vsdb export seg`.
struct ExportSegmentationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seg", abstract: "Write a scan's tumours as DICOM Segmentation.",
        discussion: """
            Binary, one segment a tumour, in the frame of the series the scan was registered from. \
            PatientID is the identifier stored; nothing else of the patient is written. The same \
            segmentation always gets the same UIDs, and a tumour its own for life. Research use only.

              vsdb export seg 3 tumour.dcm
            """)

    @Argument(help: ArgumentHelp("The scan's number.", valueName: "scan"))
    var scan: Int64
    @Argument(help: ArgumentHelp("The file.", valueName: "file"), completion: .file())
    var file: String
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let written = try database.surveillance().exportSegmentation(ofScan: scan, to: file)
        try output.show(written)
    }
}

/// The command `vsdb export sr`.
struct ExportReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sr", abstract: "Write a scan's measurements as a DICOM report (TID 1500).",
        discussion: """
            Volume, diameters, measurement error, and the change against the exams up to this one, \
            with the model's name and version. The report refers to the segmentation that 'vsdb \
            export seg' writes of the same scan; send both. Research use only.

              vsdb export sr 3 report.dcm
            """)

    @Argument(help: ArgumentHelp("The scan's number.", valueName: "scan"))
    var scan: Int64
    @Argument(help: ArgumentHelp("The file.", valueName: "file"), completion: .file())
    var file: String
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let written = try database.surveillance().exportReport(ofScan: scan, to: file)
        try output.show(written)
    }
}

extension OutputOptions {
    /// Prints the tumours of a DICOM object that was written.
    fileprivate func show(_ written: DICOMExport) throws {
        for text in written.notes { note(text) }
        var table = TextTable([
            .init("side", key: "side"), .init("voxels", key: "voxels"),
            .init("volume mm³", key: "volumeMm3"), .init("tracking UID", key: "trackingUid"),
            .init("SOP instance", key: "sopInstanceUid"),
        ])
        for tumour in written.tumours {
            table.add([
                .text(tumour.side), .integer(tumour.voxels),
                .number(tumour.volumeMm3, NumberText.volume(tumour.volumeMm3)),
                .text(tumour.trackingUid), .text(written.instanceUid),
            ])
        }
        try show(table, empty: "")
    }
}
