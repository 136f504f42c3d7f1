import ArgumentParser
import Foundation
import VSGrowth
import VSImaging
import VSNetwork
import VSReport
import VSSegmentation
import VSStore
import VSSurveillance

/// The command `vsdb register scan`.
struct RegisterScanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan", abstract: "Register a scan, segment it, and say what changed.",
        discussion: """
            Reads NIfTI (.nii, .nii.gz, .hdr with .img) and DICOM: a study's folder, a file, a \
            DICOMDIR or a zip archive. Of a study the T2 series is chosen by a score that is printed; \
            where two are close, the program asks, or refuses without a terminal. Patient, day and \
            sequence come from the tags where they are not given. A T2 scan is segmented at once by \
            the active model, or with --queue by whatever worker runs; any other is stored only. The \
            same scan again changes nothing and says so. Either all of it is stored or nothing.

              vsdb register scan exam1.nii.gz --patient P001 --date 2023-04-12
              vsdb register scan exam1.nii.gz --patient P001 --date 2023-04-12 --queue
              vsdb register scan STUDY_FOLDER
              vsdb register scan STUDY_FOLDER --series 1.2.840.1 --pseudonymise
            """)

    @Argument(
        help: ArgumentHelp("The scan: a NIfTI file or DICOM.", valueName: "path"),
        completion: .file())
    var file: String
    @Option(
        help: ArgumentHelp(
            "The patient's identifier; made if new. Default for DICOM: PatientID.", valueName: "id"),
        completion: .patients)
    var patient: String?
    @Option(
        help: ArgumentHelp(
            "The day of the exam. Default for DICOM: the day of acquisition.",
            valueName: "YYYY-MM-DD"))
    var date: ExamDate?
    @Option(help: ArgumentHelp("The tumour's side, where known.", valueName: "left|right"))
    var side: Side?
    @Option(
        help: ArgumentHelp(
            "What the scan is; T2 families are segmented. Default: T2, or what DICOM tags say.",
            valueName: "name"))
    var sequence: String?
    @OptionGroup(title: "Scanner") var scanner: AcquisitionOptions
    @Option(help: ArgumentHelp("Take this DICOM series (SeriesInstanceUID).", valueName: "uid"))
    var series: String?
    @Flag(help: "Store a keyed hash instead of the identifier and the DICOM UIDs.")
    var pseudonymise = false
    @Option(
        help: ArgumentHelp(
            """
            The key of --pseudonymise; made where missing. Default: vsdb/pseudonym.key in the XDG \
            configuration folder.
            """, valueName: "file"), completion: .file())
    var keyFile: String?
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
    @Flag(help: "Leave the segmentation to a worker: 'vsdb serve' or 'vsdb work'.")
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
        guard keyFile == nil || pseudonymise else {
            throw ValidationError("--key-file goes with --pseudonymise.")
        }
        // What is missing is told as such.
        guard FileManager.default.fileExists(atPath: file), !DICOMStudy.isDICOM(file) else {
            return
        }
        guard patient != nil, date != nil else {
            throw ValidationError("A NIfTI file needs --patient and --date.")
        }
    }

    func run() throws {
        Interruption.listen()
        if let threads = limits.threads { Threads.use(threads) }
        let line = ProgressLine()
        let result = try database.surveillance(parameters: limits.parameters).register(
            try request(), today: .today,
            ask: { study in
                line.finish()
                return SeriesQuestion(study).answer()
            }, progress: { line.show($0, fraction: $1) }, isCancelled: { Interruption.isPending })
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

    private func request() throws -> StudyRequest {
        var request = StudyRequest(
            path: file, patient: patient, date: date, sequence: sequence, side: side,
            series: series)
        request.isStrict = strict
        request.assumesAxes = assumeAxes
        request.isAgain = again
        request.measuresRepeatability = repeatability
        request.isQueued = queue
        request.box = limits.searchBox
        request.acquisition = scanner.acquisition
        if pseudonymise {
            let key = keyFile ?? KeyFile.defaultPath
            let pseudonymiser = try Pseudonymiser(
                keyFile: key, outside: StoreLocation(option: database.database))
            request.pseudonymiser = pseudonymiser
            if pseudonymiser.hasNewKey {
                note(
                    "A new key was made, \(key). Keep a copy of it: another key gives other "
                        + "pseudonyms.")
            }
        }
        return request
    }
}
