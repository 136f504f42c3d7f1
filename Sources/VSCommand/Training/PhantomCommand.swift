public import ArgumentParser
import Foundation
public import VSPhantom
import VSReport

/// The command `vsdb phantom`.
struct PhantomCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "phantom",
        abstract: "Make simulated patients with known volumes.",
        discussion: """
            Writes T2-like scans with tumours of real shapes, their true masks, and a manifest with \
            the true volumes and dates. Heads are drawn, or real tumour-free heads with a tumour \
            painted in (--composite). The same seed gives the same files.

              vsdb phantom --patients 4 --exams 3 --seed 7 --out phantoms
              vsdb phantom --composite --patients 4 --exams 3 --out composites
              vsdb phantom --patients 3 --course growing,stable,swelling --out courses

            Simulated images are for training, demonstration and tests; research use only.
            """)

    @Option(help: ArgumentHelp("How many patients.", valueName: "n"))
    var patients = 4
    @Option(help: ArgumentHelp("Exams of each patient, about a year apart.", valueName: "n"))
    var exams = 3
    @Option(help: ArgumentHelp("The seed of everything random.", valueName: "number"))
    var seed: UInt64 = 1
    @Option(
        help: ArgumentHelp(
            "The tumour shapes, and real heads: training or validation.", valueName: "split"))
    var split: TumourOutlines.Split = .training
    @Option(
        help: ArgumentHelp("Share of patients without a tumour, 0 to 1.", valueName: "fraction"))
    var tumourFree: Double?
    @Option(
        help: ArgumentHelp(
            "Courses the patients take in turn, of growing, stable, shrinking and swelling; drawn if "
                + "left out.", valueName: "course,..."))
    var course: CourseList?
    @Option(
        help: ArgumentHelp(
            "Volume of every tumour at the first exam; drawn from 50 to 8000 if left out.",
            valueName: "mm³"))
    var volume: Double?
    @Flag(help: "Real tumour-free heads with a tumour painted in, in place of drawn ones.")
    var composite = false
    @Option(
        help: ArgumentHelp(
            "The folder of real heads; default: those of the checkout.",
            valueName: "folder"), completion: .directory)
    var heads: String?
    @Option(
        help: ArgumentHelp("The folder to write; made if missing.", valueName: "folder"),
        completion: .directory)
    var out: String
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard patients > 0, exams > 0 else {
            throw ValidationError("--patients and --exams must be positive.")
        }
        guard patients <= 100_000, exams <= 100 else {
            throw ValidationError("--patients is at most 100000, and --exams at most 100.")
        }
        guard (0...1).contains(tumourFree ?? 0) else {
            throw ValidationError("--tumour-free must lie between 0 and 1.")
        }
        guard (50...8000).contains(volume ?? 50) else {
            throw ValidationError("--volume must lie between 50 and 8000 mm³.")
        }
        if heads != nil, !composite {
            throw ValidationError("--heads goes with --composite.")
        }
    }

    func run() throws {
        if composite {
            guard let folder = heads ?? Resources.path("heads") else {
                throw PhantomError(
                    .heads, subject: "Resources/heads", message: "the real heads were not found.",
                    remedy: "Name their folder with --heads, or set VSDB_RESOURCES.")
            }
            try write(
                CompositeGenerator(
                    seed: seed, split: split, heads: folder, tumourFreeShare: tumourFree ?? 0.2))
        } else {
            try write(
                PhantomGenerator(seed: seed, split: split, tumourFreeShare: tumourFree ?? 0.12))
        }
    }

    private func write(_ generator: some PatientGenerator) throws {
        let line = ProgressLine()
        let total = patients * exams
        let manifest = try PhantomWriter(
            generator, folder: out, courses: course?.families ?? [], initialVolumeMm3: volume
        ).write(patients: patients, exams: exams) {
            line.show("painting", fraction: Double($0) / Double(total), note: "\($0) of \(total)")
        }
        line.finish()
        try output.show(table(manifest), empty: "")
        if output.format == .table {
            print("\(total) scans of \(manifest.patients.count) simulated patients in \(out)")
        }
    }

    private func table(_ manifest: PhantomManifest) -> TextTable {
        var table = TextTable([
            .init("patient", key: "patient"), .init("date", key: "date"),
            .init("side", key: "side"), .init("course", key: "course"),
            .init("true volume mm³", key: "trueVolumeMm3", .right), .init("image", key: "image"),
            .init("mask", key: "mask"),
        ])
        for patient in manifest.patients {
            for exam in patient.exams {
                table.add([
                    .text(patient.id), .text(exam.date),
                    patient.side.map { .text($0.rawValue) } ?? .none,
                    patient.law.map { .text($0.family.rawValue) } ?? .none,
                    exam.trueVolumeMm3.map { .number($0, NumberText.volume($0)) } ?? .none,
                    .text("\(out)/\(exam.image)"), .text("\(out)/\(exam.mask)"),
                ])
            }
        }
        return table
    }
}

/// Courses separated by commas.
struct CourseList: ExpressibleByArgument {
    let families: [GrowthLaw.Family]

    init?(argument: String) {
        let names = argument.split(separator: ",").map(String.init)
        families = names.compactMap(GrowthLaw.Family.init(rawValue:))
        guard !families.isEmpty, families.count == names.count else { return nil }
    }
}

extension TumourOutlines.Split: ExpressibleByArgument {}
