import ArgumentParser
import Foundation
import VSGrowth
import VSNetwork
import VSReport
import VSStore
import VSSurveillance

/// The command `vsdb work`.
struct WorkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "work", abstract: "Segment what waits in the queue.",
        discussion: """
            Takes one job after another: new scans first, then those of a campaign. Several may run on \
            one machine and share the queue. Between jobs it runs what 'vsdb schedule' has planned. \
            Ctrl-C, or a stop of the service, gives the job at hand back; a killed worker's job is \
            taken by the next one. With --watch it also registers what settles in a folder: files \
            named PATIENT_YYYY-MM-DD.nii.gz or PATIENT_YYYY-MM-DD_SEQUENCE.nii.gz, or with the same \
            facts in a file NAME.json beside them, move to done/ or, with a reason file, to refused/.

              vsdb work
              vsdb work --once
              vsdb work --watch /srv/incoming
            """)

    @Flag(help: "End where nothing may be done now, in place of waiting for more.")
    var once = false
    @OptionGroup var queue: QueueOptions
    @OptionGroup(title: "Network") var limits: RunOptions
    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        guard limits.box == nil else {
            throw ValidationError("--box belongs to a scan; give it to 'vsdb register scan'.")
        }
    }

    func run() throws {
        Interruption.listen()
        Interruption.listenToStops()
        if let threads = limits.threads { Threads.use(threads) }
        let surveillance = try database.surveillance(parameters: limits.parameters)
        let line = ProgressLine()
        let worker = Worker(surveillance, policy: queue.policy)
        let service = WorkService(
            worker, Scheduler(surveillance),
            folder: try queue.watch.map {
                try WatchFolder($0, surveillance, settleSeconds: queue.settle)
            })
        let stored = try service.run(
            untilIdle: once, today: { .today }, isStopped: { Interruption.isPending },
            progress: { line.show("job \($0.id), scan \($0.scanId)", fraction: $1) },
            report: { event in
                line.finish()
                switch event {
                case .job: print("\(event)")
                case .other(let sentence): note(sentence)
                }
            })
        line.finish()
        note("\(Words.count(stored, "segmentation")) stored")
        if Interruption.isPending && once { throw ExitCode(CommandRunner.Code.interrupted) }
    }
}
