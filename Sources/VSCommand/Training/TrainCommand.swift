import ArgumentParser
import Foundation
import VSNetwork
import VSReport
import VSTraining

/// The command `vsdb train`.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a model.",
        discussion: """
            Reads phantom folders (manifest.json), the public collection as its authors convert it \
            (vs_gk_N/vs_gk_t2_refT2.nii.gz with a split CSV), and BIDS. The defaults are the recipe \
            of Wang et al., MICCAI 2019. Progress is kept in the run's folder: a run that was \
            interrupted, however roughly, goes on with --resume as if nothing had happened. The \
            folder holds best.safetensors, last.safetensors, checkpoint.safetensors, log.csv and \
            its picture log.png.

              vsdb phantom --patients 40 --exams 2 --out phantoms
              vsdb phantom --patients 8 --exams 1 --split validation --out phantoms-validation
              vsdb train phantoms phantoms-validation --out run1
              vsdb train --imported vs-seg --split split.csv --out run2
            """)

    @Argument(
        help: ArgumentHelp("Data sets to train and validate on.", valueName: "folder"),
        completion: .directory)
    var data: [String] = []
    @Option(
        help: ArgumentHelp(
            """
            T2 scans of the database that this reader outlined, of an import the data set's name; all \
            for training without --split. May be given again.
            """, valueName: "reader"))
    var imported: [String] = []
    @Option(
        help: ArgumentHelp("The run's folder; made if missing.", valueName: "folder"),
        completion: .directory)
    var out: String
    @Flag(help: "Go on from the run's last checkpoint.")
    var resume = false
    @Option(
        help: ArgumentHelp("CSV of two columns, case and split, where needed.", valueName: "file"),
        completion: .file())
    var split: String?
    @Option(
        name: .customLong("init"), help: ArgumentHelp("Start from a model.", valueName: "file"),
        completion: .file())
    var initial: String?
    @OptionGroup(title: "Model") var model: TrainedModelOptions
    @OptionGroup(title: "Recipe") var recipe: RecipeOptions
    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        guard !data.isEmpty || !imported.isEmpty else {
            throw ValidationError("Give at least one data set, or --imported.")
        }
    }

    func run() throws {
        Interruption.listen()
        if let threads = recipe.threads { Threads.use(threads) }
        if !resume, Trainer.hasCheckpoint(out) {
            throw ValidationError("\(out) holds a run already; give --resume, or another folder.")
        }
        // Killed before its first checkpoint, a run from its beginning is the same run.
        let beginsAnew = resume && Trainer.hasBegun(out) && !Trainer.hasCheckpoint(out)
        if beginsAnew { note("\(out) holds no checkpoint yet; the run begins anew.") }
        let line = ProgressLine()
        let stored = try imported.map {
            try ImportedCases(
                reader: $0, in: database.surveillance(), split: split, fallback: .training,
                line: line)
        }
        let cases =
            try data.flatMap { try DatasetReader.cases(in: $0, splitFile: split) }
            + stored.flatMap(\.cases)
        let trainer = try Trainer(
            cases: cases, description: model.description(of: recipe), configuration: recipe.value,
            folder: out, initial: initial.map { try ModelFile(contentsOf: $0) }
        ) {
            line.show("reading", fraction: Double($0) / Double(max($1, 1)), note: "\($0) of \($1)")
        }
        line.finish()
        // The trainer holds its cases in memory now.
        withExtendedLifetime(stored) {}
        let best = try trainer.run(
            resuming: resume && !beginsAnew, isCancelled: { Interruption.isPending }
        ) { report($0, line) }
        line.finish()
        try draw()
        if Interruption.isPending {
            note("Stopped with a checkpoint; go on with --resume.")
            throw ExitCode(130)
        }
        if let best {
            print(
                String(format: "best validation Dice %.4f", best)
                    + "; model in \(out)/best.safetensors")
        } else {
            print("no validation; model in \(out)/last.safetensors")
        }
        print("loss and Dice in \(out)/log.csv and \(out)/log.png")
    }

    private func report(_ progress: TrainingProgress, _ line: ProgressLine) {
        let left =
            progress.seconds / Double(progress.iteration)
            * Double(progress.iterations - progress.iteration)
        line.show(
            "training", fraction: Double(progress.iteration) / Double(progress.iterations),
            note: String(
                format: "%d of %d, loss %.4f, best Dice %@, %@ left", progress.iteration,
                progress.iterations, progress.smoothedLoss,
                progress.bestDice.map { String(format: "%.4f", $0) } ?? "-",
                NumberText.duration(left)))
        if let dice = progress.validationDice {
            line.finish()
            note(
                String(
                    format: "iteration %d  loss %.4f  validation Dice %.4f", progress.iteration,
                    progress.smoothedLoss, dice))
            // A picture that fails must not end the run; the last one reports it.
            try? draw()
        }
    }

    /// Draws the log beside it.
    private func draw() throws {
        let log = try String(contentsOfFile: "\(out)/log.csv", encoding: .utf8)
        guard log.split(separator: "\n").count > 1 else { return }
        try TrainingChart(log: log, title: "\(model.name) \(model.modelVersion)")
            .write(to: "\(out)/log.png")
    }
}
