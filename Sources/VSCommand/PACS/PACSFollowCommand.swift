import ArgumentParser
import VSGrowth
import VSNetwork
import VSPACS
import VSReport
import VSStore
import VSSurveillance

/// The command `vsdb pacs follow`.
struct PACSFollowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "follow",
        abstract: "Register what arrives in an Orthanc, and send the results back.",
        discussion: """
            Reads Orthanc's changes from where it stopped last. Of each study that has become stable \
            and holds a series recognised as T2 the MR series are fetched, the T2 one is registered \
            under its PatientID and segmented, and one DICOM Segmentation and one report go back \
            into the study: once each, however often either side is killed or restarted. Where images \
            of a series come late, the results of the complete scan go there, and those sent of the \
            incomplete one are deleted; nothing else ever is. Studies \
            without such a series, and those that cannot be registered, are passed over with a \
            reason until their images change. Runs until Ctrl-C or SIGTERM; an Orthanc that is away \
            is waited for. Research use only: the results are no treatment decisions.

              vsdb pacs follow --orthanc http://127.0.0.1:8042
              vsdb pacs follow --orthanc http://127.0.0.1:8042 --once
            """)

    @Option(help: ArgumentHelp("Orthanc's REST API.", valueName: "url"))
    var orthanc: String
    @OptionGroup var credentials: ArchiveCredentials
    @Flag(help: "End when all changes are read and all results are sent.")
    var once = false
    @Flag(help: "Leave the segmentation to a worker; its results are sent when it is done.")
    var queue = false
    @Option(help: ArgumentHelp("How often to look.", valueName: "seconds"))
    var every = 5.0
    @OptionGroup(title: "Network") var limits: RunOptions
    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        guard every >= 0.1, every <= 86_400 else {
            throw ValidationError("--every is between 0.1 and 86400 seconds.")
        }
        guard limits.box == nil else {
            throw ValidationError("--box belongs to a scan; give it to 'vsdb register scan'.")
        }
    }

    func run() throws {
        if let threads = limits.threads { Threads.use(threads) }
        let address = try credentials.address(orthanc)
        let follower = OrthancFollower(
            address, try database.surveillance(parameters: limits.parameters), isQueued: queue,
            today: { .today })
        let (isOnce, interval) = (once, Duration.seconds(every))
        do {
            try BlockingTask<Void>.runInterruptibly {
                guard isOnce else {
                    return try await follower.run(every: interval) { print($0) }
                }
                let round = try await follower.once { print($0) }
                note(
                    "\(round.registered == 1 ? "1 study" : "\(round.registered) studies") registered, "
                        + "\(round.passed) passed over, \(Words.count(round.sent, "result")) sent"
                        + (round.takenBack > 0 ? ", \(round.takenBack) taken back" : ""))
            }
        } catch is CancellationError {
            throw ExitCode(CommandRunner.Code.interrupted)
        }
    }
}
