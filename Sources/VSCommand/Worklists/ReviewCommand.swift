import ArgumentParser
import VSGrowth
import VSReport
import VSSegmentation
import VSStore
import VSSurveillance

/// The command `vsdb review`.
struct ReviewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review", abstract: "Accept or reject a segmentation, or store an outline.",
        discussion: """
            A rejected segmentation takes no part in growth; the last word of all readers decides, and \
            readers who disagree are listed by 'vsdb worklist --review'. --mask stores the reader's \
            own outline, a NIfTI file on the scan's own grid with one positive value inside the \
            tumour, beside what the model said, with the error of an outline by hand. Nothing is ever \
            overwritten; of one reader's outlines of a tumour the newest counts.

              vsdb review 3 --reader "Dr Ash" --accept
              vsdb review 3 --reader "Dr Ash" --reject "spills into the cochlea"
              vsdb export mask 3 tumour.nii.gz
              vsdb review 3 --reader "Dr Ash" --mask corrected.nii.gz
            """)

    @Argument(help: ArgumentHelp("The scan's number.", valueName: "scan"))
    var scan: Int64
    @Option(help: ArgumentHelp("Who says it.", valueName: "name"))
    var reader: String
    @Flag(help: "The segmentation is good.")
    var accept = false
    @Option(help: ArgumentHelp("The segmentation takes no part in growth.", valueName: "reason"))
    var reject: String?
    @Option(
        help: ArgumentHelp("The reader's own outline.", valueName: "file"), completion: .file())
    var mask: String?
    @Option(help: ArgumentHelp("With --mask: the tumour's side.", valueName: "left|right"))
    var side: Side?
    @Option(
        help: ArgumentHelp(
            "Which segmentation; without it, the one that counts.", valueName: "number"))
    var segmentation: Int64?
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        let count = [accept, reject != nil, mask != nil].count { $0 }
        guard count == 1 else {
            throw ValidationError("Give one of --accept, --reject REASON and --mask FILE.")
        }
        guard side == nil || mask != nil else { throw ValidationError("--side goes with --mask.") }
        guard segmentation == nil || mask == nil else {
            throw ValidationError("--segmentation goes with --accept or --reject.")
        }
    }

    private var decision: ReviewDecision {
        if let mask { return .outline(file: mask, side: side) }
        return reject.map { .reject(reason: $0) } ?? .accept
    }

    func run() throws {
        let surveillance = try database.surveillance()
        let outcome = try surveillance.review(
            scan: scan, decision, reader: reader, segmentation: segmentation)
        try ReviewReport(outcome, in: surveillance.store).show(output)
    }
}

/// What `vsdb review` prints.
struct ReviewReport {
    private let outcome: ReviewOutcome
    private let document: ReviewDocument

    init(_ outcome: ReviewOutcome, in store: Store) throws {
        self.outcome = outcome
        document = try ReviewDocument(outcome, in: store)
    }

    func show(_ output: OutputOptions) throws {
        switch output.format {
        case .csv: print(document.readings.csv)
        case .json: try output.printJSON(document.object)
        case .table: try showText(output)
        }
    }

    private func showText(_ output: OutputOptions) throws {
        if !outcome.isChanged { print("this word of this reader is recorded already") }
        try output.show(document.readings, empty: "")
        for finding in outcome.findings { print("note: \(finding.sentence)") }
        for tumour in outcome.growth.tumours {
            guard let assessment = tumour.assessment else { continue }
            let mark = assessment.isFlagged ? "⚑ " : ""
            print(
                "\(mark)\(tumour.side.rawValue): \(assessment.growthClass.title). "
                    + assessment.sentence)
        }
    }
}
