import ArgumentParser
import Foundation
import VSImaging
import VSNetwork
import VSReport
import VSSegmentation

/// The command `vsdb segment`.
struct SegmentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "segment", abstract: "Segment one scan, without a database.",
        discussion: """
            The mask is written on the scan's own grid. Without a tumour it is empty, and the \
            program says so. Research use only.

              vsdb segment scan.nii.gz tumour.nii.gz --statistics tumour.json --preview tumour.png
            """)

    @Argument(help: ArgumentHelp("The scan.", valueName: "input"))
    var input: String
    @Argument(help: ArgumentHelp("The mask to write, .nii or .nii.gz.", valueName: "output"))
    var output: String
    @Option(help: ArgumentHelp("The model file; default: the program's own.", valueName: "file"))
    var model: String?
    @Option(help: ArgumentHelp("Write measurements as JSON.", valueName: "file"))
    var statistics: String?
    @Option(help: ArgumentHelp("Draw an overlay, PNG or SVG.", valueName: "file"))
    var preview: String?
    @Option(help: ArgumentHelp("Write the probability map.", valueName: "file"))
    var probabilities: String?
    @Flag(help: "Take a file without orientation as right-left, front-back, foot-head.")
    var assumeAxes = false
    @OptionGroup(title: "Network") var limits: RunOptions

    func run() throws {
        Interruption.listen()
        if let threads = limits.threads { Threads.use(threads) }
        guard let path = model ?? Resources.defaultModel else {
            throw NetworkError(
                .unreadable, subject: "model", message: "The program's own model was not found.",
                remedy: "Give one with --model, or set VSDB_RESOURCES.")
        }
        let image = try ScanReader.read(
            input, options: ScanReadingOptions(assumesAxes: assumeAxes))
        let segmenter = Segmenter(
            try ModelFile(contentsOf: path), parameters: limits.parameters)
        let line = ProgressLine()
        let result = try segmenter.segment(
            image.volume, subject: input, box: limits.searchBox,
            progress: { line.show("segmenting", fraction: $0) },
            isCancelled: { Interruption.isPending })
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
        print(report.text)
    }
}

/// What `vsdb segment` prints and writes.
struct SegmentReport {
    private let result: SegmentationResult
    private let description: ModelDescription

    init(_ result: SegmentationResult, description: ModelDescription) {
        self.result = result
        self.description = description
    }

    var caption: String { "Outline by \(description.name) \(description.version)" }

    var text: String {
        let notes = result.verdict.reasons.map { "note: \($0.message)" }
        let highest = NumberText.fixed(result.highestProbability, 2)
        let tumours = result.tumours.map {
            "\($0.side.rawValue): \(NumberText.volume($0.measurement.volumeMm3)) mm³, largest "
                + "diameter \(NumberText.fixed($0.measurement.maximalDiameterMm, 1)) mm"
        }
        let finding =
            tumours.isEmpty ? ["no tumour found; highest probability anywhere \(highest)"] : tumours
        return (finding + notes + [description.intendedUse]).joined(separator: "\n")
    }

    func write(to path: String) throws {
        struct Statistics: Encodable {
            struct Tumour: Encodable {
                let side: Side
                let measurement: TumourMeasurement
            }
            let model: String
            let version: String
            let tumours: [Tumour]
            let dropped: [DroppedComponent]
            let highestProbability: Double
            let gate: GateVerdict
            let seconds: SegmentationTimings
            let intendedUse: String
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let data = try encoder.encode(
            Statistics(
                model: description.name, version: description.version,
                tumours: result.tumours.map { .init(side: $0.side, measurement: $0.measurement) },
                dropped: result.dropped, highestProbability: result.highestProbability,
                gate: result.verdict, seconds: result.timings,
                intendedUse: description.intendedUse))
        do {
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw ReportError(
                .unwritable, subject: path, message: "The statistics cannot be written.",
                remedy: "Check the folder, its permissions and the free space.")
        }
    }
}
