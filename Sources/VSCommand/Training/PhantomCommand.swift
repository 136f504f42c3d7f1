import ArgumentParser
import Foundation
import VSPhantom

/// The command `vsdb phantom`.
struct PhantomCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "phantom",
        abstract: "Make simulated patients with known volumes.",
        discussion: """
            Writes T2-like scans of drawn heads with tumours of real shapes, their true masks, and a \
            manifest with the true volumes and dates. The same seed gives the same files.

              vsdb phantom --patients 4 --exams 3 --seed 7 --out phantoms

            Simulated images are for training, demonstration and tests; research use only.
            """)

    @Option(help: ArgumentHelp("How many patients.", valueName: "n"))
    var patients = 4
    @Option(help: ArgumentHelp("Exams of each patient, about a year apart.", valueName: "n"))
    var exams = 3
    @Option(help: ArgumentHelp("The seed of everything random.", valueName: "number"))
    var seed: UInt64 = 1
    @Option(help: ArgumentHelp("The tumour shapes: training or validation.", valueName: "split"))
    var split = "training"
    @Option(
        help: ArgumentHelp("Share of patients without a tumour, 0 to 1.", valueName: "fraction"))
    var tumourFree = 0.12
    @Option(help: ArgumentHelp("The folder to write; made if missing.", valueName: "folder"))
    var out: String

    func validate() throws {
        guard patients > 0, exams > 0 else {
            throw ValidationError("--patients and --exams must be positive.")
        }
        guard (0...1).contains(tumourFree) else {
            throw ValidationError("--tumour-free must lie between 0 and 1.")
        }
        guard TumourOutlines.Split(rawValue: split) != nil else {
            throw ValidationError("--split is 'training' or 'validation'.")
        }
    }

    func run() throws {
        let generator = try PhantomGenerator(
            seed: seed, split: TumourOutlines.Split(rawValue: split) ?? .training,
            tumourFreeShare: tumourFree)
        let line = ProgressLine()
        let total = patients * exams
        let manifest = try PhantomWriter(generator, folder: out).write(
            patients: patients, exams: exams
        ) { line.show("painting", fraction: Double($0) / Double(total), note: "\($0) of \(total)") }
        line.finish()
        print("\(total) scans of \(manifest.patients.count) simulated patients in \(out)")
    }
}
