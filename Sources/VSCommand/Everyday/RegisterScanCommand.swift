import ArgumentParser
import Foundation
import VSGrowth
import VSNetwork
import VSReport
import VSSegmentation
import VSSurveillance

/// The command `vsdb register scan`.
struct RegisterScanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan", abstract: "Register a scan, segment it, and say what changed.",
        discussion: """
            Reads NIfTI (.nii, .nii.gz, .hdr with .img). A T2 scan is segmented at once by the active \
            model, or with --queue by whatever worker runs; any other is stored only. The same scan \
            again changes nothing and says so. Either all of it is stored or nothing.

              vsdb register scan exam1.nii.gz --patient P001 --date 2023-04-12
              vsdb register scan exam1.nii.gz --patient P001 --date 2023-04-12 --queue
            """)

    @Argument(help: ArgumentHelp("The scan.", valueName: "file"), completion: .file())
    var file: String
    @Option(
        help: ArgumentHelp("The patient's identifier; made if new.", valueName: "id"),
        completion: .patients)
    var patient: String
    @Option(help: ArgumentHelp("The day of the exam.", valueName: "YYYY-MM-DD"))
    var date: ExamDate
    @Option(help: ArgumentHelp("The tumour's side, where known.", valueName: "left|right"))
    var side: Side?
    @Option(help: ArgumentHelp("What the scan is; T2 families are segmented.", valueName: "name"))
    var sequence = "T2"
    @Flag(help: "Refuse a patient who is not registered yet.")
    var strict = false
    @Flag(help: "Take a file without orientation as right-left, front-back, foot-head.")
    var assumeAxes = false
    @Flag(help: "Segment a scan that is registered already again; earlier results are kept.")
    var again = false
    @Flag(
        help: """
            Measure each tumour again on shifted, turned, mirrored and noisier copies of its \
            surroundings, and store the spread as this scan's own error; some times slower.
            """)
    var repeatability = false
    @Flag(help: "Leave the segmentation to a worker: 'vsdb work' or the service.")
    var queue = false
    @Flag(help: "Exit with code 10 where growth is flagged.")
    var failOnGrowth = false
    @Flag(help: "Print the seconds of each stage to stderr.")
    var timings = false
    @OptionGroup(title: "Network") var limits: RunOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        guard !queue || !failOnGrowth else {
            throw ValidationError("--queue knows no growth yet; leave --fail-on-growth out.")
        }
    }

    func run() throws {
        Interruption.listen()
        if let threads = limits.threads { Threads.use(threads) }
        let line = ProgressLine()
        var request = ScanRequest(
            file: file, patient: patient, date: date, sequence: sequence, side: side,
            isStrict: strict, assumesAxes: assumeAxes, isAgain: again,
            measuresRepeatability: repeatability, box: limits.searchBox)
        request.isQueued = queue
        let result = try database.surveillance(parameters: limits.parameters).register(
            request, today: .today, progress: { line.show("segmenting", fraction: $0) },
            isCancelled: { Interruption.isPending })
        line.finish()
        try RegistrationReport(result).show(output)
        if timings {
            let stages = result.stages.map { "\($0.name) \(NumberText.fixed($0.seconds, 2)) s" }
            note(stages.joined(separator: ", "))
        }
        if failOnGrowth, result.tumours.contains(where: { $0.assessment?.isFlagged ?? false }) {
            throw ExitCode(CommandRunner.Code.growth)
        }
    }
}
