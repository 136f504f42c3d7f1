public import ArgumentParser
import Foundation
import VSImaging
import VSNetwork
import VSReport
import VSSegmentation
public import VSTraining

/// The command `vsdb evaluate`.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Compare masks with the truth: Dice, ASSD, HD95, RVE.",
        discussion: """
            Either two folders of masks with equal names, or a model and a data set: a folder, or what \
            was imported into the database. Distances are \
            exact and in mm; RVE is signed, and its magnitude is averaged as in the literature. \
            --against adds a paired t-test and Wilcoxon's test on Dice.

              vsdb evaluate --predictions out --truth masks
              vsdb evaluate --predictions out --truth masks --against other --format json
              vsdb evaluate --model run1/best.safetensors --data phantoms-validation
              vsdb evaluate --model run1/best.safetensors --imported vs-seg
            """)

    @Option(help: ArgumentHelp("Predicted masks.", valueName: "folder"), completion: .directory)
    var predictions: String?
    @Option(help: ArgumentHelp("True masks.", valueName: "folder"), completion: .directory)
    var truth: String?
    @Option(
        help: ArgumentHelp("Another system's masks, to compare with.", valueName: "folder"),
        completion: .directory)
    var against: String?
    @Option(
        help: ArgumentHelp("A model file to run on --data.", valueName: "file"), completion: .file()
    )
    var model: String?
    @Option(
        help: ArgumentHelp("A data set, in the layouts of 'vsdb train'.", valueName: "folder"),
        completion: .directory)
    var data: String?
    @Option(
        help: ArgumentHelp(
            "T2 scans of the database that this reader outlined; of an import the data set's name.",
            valueName: "reader"))
    var imported: String?
    @Option(
        help: ArgumentHelp("CSV of two columns, case and split, where needed.", valueName: "file"),
        completion: .file())
    var split: String?
    @Option(
        help: ArgumentHelp(
            "Cases of this split only: training, validation or test.", valueName: "split"))
    var only: TrainingCase.Split?
    @Flag(
        name: .customLong("one"),
        help: "Expect one tumour, as 'register scan' does unless told of two sides.")
    var expectsOne = false
    @Flag(
        help: "Run whole scans through the network, and not only the places a quick pass proposes.")
    var exhaustive = false
    @Option(
        name: .customLong("cases"),
        help: ArgumentHelp("Also write the cases as CSV.", valueName: "file"), completion: .file())
    var casesFile: String?
    @Flag(help: "Tell how long reading and comparing took (stderr).")
    var timings = false
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        let folders = predictions != nil && truth != nil
        let run = model != nil && (data != nil) != (imported != nil)
        guard folders != run else {
            throw ValidationError(
                "Give --predictions with --truth, or --model with --data or --imported.")
        }
        guard only == nil || run else {
            throw ValidationError("--only goes with --model and --data or --imported.")
        }
        guard !timings || folders else {
            throw ValidationError("--timings goes with --predictions and --truth.")
        }
        guard against == nil || folders else {
            throw ValidationError("--against goes with --predictions and --truth.")
        }
    }

    func run() throws {
        Interruption.listen()
        let scores = try scores()
        var comparison: PairedComparison?
        if let against, let truth {
            let others = try FolderComparison.scores(predictions: against, truth: truth)
            comparison = PairedComparison(scores.map(\.dice), others.map(\.dice))
        }
        let report = EvaluationReport(scores: scores, comparison: comparison)
        if let casesFile { try report.write(to: casesFile) }
        try report.show(output)
    }

    private func scores() throws -> [CaseScore] {
        let line = ProgressLine()
        defer { line.finish() }
        if let predictions, let truth {
            var seconds = FolderComparison.Timings()
            let scores = try FolderComparison.scores(
                predictions: predictions, truth: truth, timings: &seconds
            ) {
                line.show("comparing", fraction: Double($0) / Double($1), note: "\($0) of \($1)")
            }
            if timings {
                line.finish()
                note(String(format: "read %.3f s, compare %.4f s", seconds.read, seconds.compare))
            }
            return scores
        }
        guard let model else { return [] }
        let stored = try imported.map {
            try ImportedCases(
                reader: $0, in: database.surveillance(), split: split, fallback: .test, line: line)
        }
        let cases = try (stored?.cases ?? DatasetReader.cases(in: data ?? "", splitFile: split))
            .filter { only == nil || $0.split == only }
        guard !cases.isEmpty else {
            throw TrainingError(
                .unusable, subject: data ?? imported ?? "", message: "It has no case to evaluate.",
                remedy: "Choose another folder, or another split with --only.")
        }
        var parameters = SegmentationParameters()
        parameters.isExhaustive = exhaustive
        // The files of stored cases go with this value.
        defer { withExtendedLifetime(stored) {} }
        return try ModelEvaluation.scores(
            of: Segmenter(try ModelFile(contentsOf: model), parameters: parameters), on: cases,
            expected: expectsOne ? .one : .bothSides,
            progress: { done, score in
                line.show(
                    "segmenting", fraction: Double(done) / Double(cases.count),
                    note: String(format: "%d of %d, Dice %.3f", done, cases.count, score.dice))
            }, isCancelled: { Interruption.isPending })
    }
}

extension TrainingCase.Split: ExpressibleByArgument {}
