import ArgumentParser
import Foundation
import VSNetwork
import VSReport
import VSSegmentation
import VSStore
import VSSurveillance

/// The command `vsdb model calibrate`.
struct ModelCalibrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Measure a model's boundary error on tumours scanned twice.",
        discussion: """
            The folder holds pairs of scans of tumours that did not change in between: NAME_a.nii.gz \
            with NAME_b.nii.gz, or pairs.csv with the columns first and second (and trueLogChange, \
            ln V2 - ln V1, where a change is known, as of phantoms). Both scans are segmented, one \
            tumour expected, and the boundary's standard deviation delta (mm) is the one under which \
            the differences of ln V are likeliest, with its 95 % interval. Pairs in which the tumour is \
            not found twice are left out and counted.

              vsdb model calibrate pairs
              vsdb model calibrate pairs --model run1/best.safetensors --card run1/best.card.json

            Without --card the result becomes part of the installed model's card, and volumes measured \
            from then on carry it; a model file is never changed. --card writes it beside a file, for \
            'vsdb model install FILE --card CARD'. Delta holds for scans like these.
            """)

    @Argument(
        help: ArgumentHelp("The folder of pairs.", valueName: "folder"), completion: .directory)
    var folder: String
    @Option(
        help: ArgumentHelp(
            "An installed model's name, or a model file; the active model if left out.",
            valueName: "name"))
    var model: String?
    @Option(
        help: ArgumentHelp(
            "Write the card there and leave installed models as they are.", valueName: "file"),
        completion: .file())
    var card: String?
    @Option(
        help: ArgumentHelp(
            "What was scanned, in words, for the card; default: the folder's name.",
            valueName: "text"))
    var data: String?
    @Flag(help: "Print the result and write no card.")
    var dryRun = false
    @OptionGroup(title: "Network") var limits: NetworkOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    private var isFile: Bool {
        model.map { FileManager.default.fileExists(atPath: $0) } ?? false
    }

    func validate() throws {
        guard card == nil || !dryRun else {
            throw ValidationError("--dry-run writes no card, so drop --card.")
        }
        guard card != nil || dryRun || !isFile else {
            throw ValidationError(
                "A model file is never changed: name the card with --card, or use --dry-run.")
        }
    }

    func run() throws {
        Interruption.listen()
        if let threads = limits.threads { Threads.use(threads) }
        let pairs = try CalibrationFolder(folder)
        let surveillance =
            isFile ? nil : try database.surveillance(parameters: limits.parameters)
        let record = try surveillance.map { surveillance in
            guard
                let record = try model.map(surveillance.store.model(named:))
                    ?? surveillance.store.activeModel()
            else { throw ModelShowCommand.noModel }
            return record
        }
        let segmenter = try segmenter(surveillance, record)
        let line = ProgressLine()
        let calibration = try ModelCalibration(
            pairs, by: segmenter,
            progress: {
                line.show(
                    "measuring", fraction: $0, note: "pair \($1 + 1) of \(pairs.pairs.count)")
            }, isCancelled: { Interruption.isPending })
        line.finish()
        let written = calibration.card(
            data: data ?? (folder as NSString).standardizingPath.split(separator: "/").last
                .map(String.init) ?? folder)
        if let card {
            try written.write(to: card)
        } else if !dryRun, let surveillance, let record {
            try surveillance.describe(record, by: written)
        }
        try CalibrationReport(calibration).show(output)
        if let card { note("card: \(card)") }
    }

    private func segmenter(
        _ surveillance: Surveillance?, _ record: ModelRecord?
    ) throws -> Segmenter {
        if let surveillance, let record { return try surveillance.segmenter(for: record) }
        return Segmenter(
            try ModelFile(contentsOf: model ?? ""), parameters: limits.parameters)
    }
}
