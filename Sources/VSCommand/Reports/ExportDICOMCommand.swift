import ArgumentParser
import VSImaging
import VSNetwork
import VSReport
import VSSegmentation
import VSStore
import VSSurveillance

/// The command `vsdb export seg`.
struct ExportSegmentationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seg", abstract: "Write a scan's tumours as DICOM Segmentation.",
        discussion: """
            Binary, one segment a tumour, in the frame of the series the scan was registered from. \
            PatientID, StudyDate, StudyTime, StudyID and AccessionNumber are those of the source \
            study; the patient's name, birth date and sex are not stored and are left empty, unless \
            --source names the study they are copied from. The same segmentation always gets the \
            same UIDs, and a tumour its own for life. With --outline a person's outline is written \
            in place of the model's segmentation, as drawn by hand and with the name of who drew it. \
            With --fractional the probabilities within 10 mm of each tumour's box are written in \
            steps of 1/255. They are not stored: the model runs again, and the export is refused \
            where it does not give the stored tumours. Research use only.

              vsdb export seg 3 tumour.dcm
              vsdb export seg 3 outline.dcm --outline 2
              vsdb export seg 3 probabilities.dcm --fractional
            """)

    @Flag(help: "Write probabilities, which the model gives again, in place of the mask.")
    var fractional = false
    @OptionGroup(title: "Network") var limits: RunOptions
    @OptionGroup var options: ExportDICOMOptions

    func validate() throws {
        guard !fractional || options.outline == nil else {
            throw ValidationError("--fractional is of a model, and --outline of a person.")
        }
        guard limits.box == nil else {
            throw ValidationError("--box belongs to a scan; give it to 'vsdb register scan'.")
        }
    }

    func run() throws {
        guard fractional else {
            return try options.run {
                try $0.exportSegmentation(ofScan: $1, outline: options.outline, to: $2)
            }
        }
        Interruption.listen()
        if let threads = limits.threads { Threads.use(threads) }
        let line = ProgressLine()
        try options.run(parameters: limits.parameters) { surveillance, scan, file in
            defer { line.finish() }
            return try surveillance.exportProbabilities(
                ofScan: scan, to: file, progress: { line.show("segmenting", fraction: $0) },
                isCancelled: { Interruption.isPending })
        }
    }
}

/// The command `vsdb export sr`.
struct ExportReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sr", abstract: "Write a scan's measurements as a DICOM report (TID 1500).",
        discussion: """
            Volume, diameters, measurement error, and the change against the exams up to this one, \
            with the model's name and version. The report refers to the segmentation that 'vsdb \
            export seg' writes of the same scan; send both. With --outline it is of a person's \
            outline, names who drew it and no model, and refers to the segmentation that 'vsdb export \
            seg --outline' writes. Research use only.

              vsdb export sr 3 report.dcm
              vsdb export sr 3 outline-report.dcm --outline 2
            """)

    @OptionGroup var options: ExportDICOMOptions

    func run() throws {
        try options.run { try $0.exportReport(ofScan: $1, outline: options.outline, to: $2) }
    }
}

/// What the exports of DICOM objects have in common.
struct ExportDICOMOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The scan's number.", valueName: "scan"))
    var scan: Int64
    @Argument(help: ArgumentHelp("The file.", valueName: "file"), completion: .file())
    var file: String
    @Option(
        help: ArgumentHelp(
            "A person's outline, by its number in 'vsdb show scan', in place of the segmentation.",
            valueName: "number"))
    var outline: Int64?
    @Option(
        help: ArgumentHelp(
            """
            The scan's study (folder, file, DICOMDIR, zip), whose patient's name, birth date, sex and \
            referring physician are copied; nothing of it is stored.
            """, valueName: "path"), completion: .file())
    var source: String?
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    /// Writes the object and prints its tumours.
    func run(
        parameters: SegmentationParameters = .init(),
        _ write: (Surveillance, Int64, String) throws -> DICOMExport
    ) throws {
        let surveillance = try database.surveillance(parameters: parameters)
        let filing = try source.map { try surveillance.filing(ofScan: scan, from: $0) }
        let written = try write(surveillance, scan, file)
        try filing?.write(into: file)
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
        try output.show(table, empty: "")
    }
}
