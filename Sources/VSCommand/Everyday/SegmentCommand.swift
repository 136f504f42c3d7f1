import ArgumentParser
import Foundation
import VSImaging
import VSNetwork
import VSReport
import VSSegmentation
import VSStore
import VSSurveillance

/// The command `vsdb segment`.
struct SegmentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "segment", abstract: "Segment one scan, without a database.",
        discussion: """
            Reads NIfTI, and DICOM as 'vsdb register scan' does: a study's folder, a file, a DICOMDIR \
            or a zip archive. The mask is written as NIfTI on the scan's own grid. Without a tumour it is empty, and the \
            program says so. Research use only.

              vsdb segment scan.nii.gz tumour.nii.gz --statistics tumour.json --preview tumour.png
            """)

    @Argument(
        help: ArgumentHelp("The scan: a NIfTI file or DICOM.", valueName: "input"),
        completion: .file())
    var input: String
    @Argument(
        help: ArgumentHelp("The mask to write, .nii or .nii.gz.", valueName: "output"),
        completion: .file())
    var output: String
    @Option(
        help: ArgumentHelp("The model file; default: the program's own.", valueName: "file"),
        completion: .file())
    var model: String?
    @Option(
        help: ArgumentHelp("Write measurements as JSON.", valueName: "file"), completion: .file())
    var statistics: String?
    @Option(
        help: ArgumentHelp("Draw an overlay, PNG or SVG.", valueName: "file"), completion: .file())
    var preview: String?
    @Option(
        help: ArgumentHelp(
            "Write the probability map of the whole scan; implies --exhaustive.", valueName: "file"),
        completion: .file())
    var probabilities: String?
    @Option(help: ArgumentHelp("Take this DICOM series (SeriesInstanceUID).", valueName: "uid"))
    var series: String?
    @Flag(help: "Take a file without orientation as right-left, front-back, foot-head.")
    var assumeAxes = false
    @Flag(
        help: """
            Measure each tumour again on shifted, turned, mirrored and noisier copies of its \
            surroundings, and say how much its volume varies; some times slower.
            """)
    var repeatability = false
    @OptionGroup(title: "Network") var limits: RunOptions
    @OptionGroup var format: OutputOptions

    func validate() throws {
        guard output.hasSuffix(".nii") || output.hasSuffix(".nii.gz") else {
            throw ValidationError("The output must end in .nii or .nii.gz, not \(output).")
        }
        if let preview, !preview.hasSuffix(".png"), !preview.hasSuffix(".svg") {
            throw ValidationError("--preview must end in .png or .svg, not \(preview).")
        }
        if let probabilities, !probabilities.hasSuffix(".nii"), !probabilities.hasSuffix(".nii.gz")
        {
            throw ValidationError(
                "--probabilities must end in .nii or .nii.gz, not \(probabilities).")
        }
    }

    func run() throws {
        Interruption.listen()
        if let threads = limits.threads { Threads.use(threads) }
        let line = ProgressLine()
        let read = try ScanInput.read(
            input, options: ScanReadingOptions(assumesAxes: assumeAxes), series: series,
            ask: { study in
                line.finish()
                return SeriesQuestion(study).answer()
            }, progress: { line.show("reading headers", fraction: $0) })
        line.finish()
        for text in read.notes { note(text) }
        let image = read.image
        var parameters = limits.parameters
        // A map is asked for to see what was not found, too.
        if probabilities != nil { parameters.isExhaustive = true }
        let segmenter = Segmenter(
            try model.map { try ModelFile(contentsOf: $0) } ?? DefaultModel.file(),
            parameters: parameters)
        var result = try segmenter.segment(
            image.volume, subject: input, box: limits.searchBox,
            progress: { line.show("segmenting", fraction: $0) },
            isCancelled: { Interruption.isPending })
        if repeatability {
            try segmenter.measureAgain(
                &result, in: image.volume, subject: input,
                seed: ScanPrecision.seed(ofContent: ImageStore.contentHash(of: image.volume)),
                progress: { line.show("measuring again", fraction: $0) },
                isCancelled: { Interruption.isPending })
        }
        line.finish()
        try NIfTIWriter.write(result.mask, like: image, to: output)
        if let probabilities {
            try NIfTIWriter.write(result.probability, like: image, to: probabilities)
        }
        let report = SegmentReport(result, description: segmenter.description)
        if let statistics { try report.write(to: statistics) }
        if let preview {
            try OverlayPicture(
                volume: image.volume, mask: result.mask,
                title: (input as NSString).lastPathComponent, caption: report.caption
            ).write(to: preview)
        }
        try report.show(format)
    }
}
