import ArgumentParser
import Foundation
import VSNetwork
import VSSegmentation
import VSService
import VSStore
import VSSurveillance

/// What `vsdb serve` does beside answering.
struct ServeWorkOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Jobs at a time; more than one gains little, as they share the threads.",
            valueName: "n"))
    var workers = 1
    @Flag(help: "Leave jobs to 'vsdb work'; schedules and the watched folder go on.")
    var noWork = false
    @Option(
        help: ArgumentHelp("Register what settles in this folder.", valueName: "folder"),
        completion: .directory)
    var watch: String?
    @Option(
        help: ArgumentHelp(
            "A watched file has settled when it has not changed for so long.", valueName: "seconds")
    )
    var settle = 5.0
    @Option(help: ArgumentHelp("Attempts before a job is parked.", valueName: "n"))
    var attempts = JobPolicy().attempts
    @Option(help: ArgumentHelp("Memory the network may take, MiB.", valueName: "MiB"))
    var memoryLimit = 3072
    @Option(
        help: ArgumentHelp(
            "Threads of the network; default: one per processor, but one.", valueName: "n"))
    var threads: Int?

    func validate() throws {
        guard (1...16).contains(workers) else { throw ValidationError("--workers is 1 to 16.") }
        guard settle >= 0 else { throw ValidationError("--settle is not negative.") }
        guard attempts >= 1 else { throw ValidationError("--attempts is at least 1.") }
        guard memoryLimit >= 64 else { throw ValidationError("--memory-limit is at least 64 MiB.") }
        guard memoryLimit <= Int.max >> 20 else {
            throw ValidationError("--memory-limit is more than any machine has.")
        }
        guard threads.map({ $0 > 0 }) ?? true else {
            throw ValidationError("--threads is at least 1.")
        }
    }

    var parameters: SegmentationParameters {
        var parameters = SegmentationParameters()
        parameters.memoryLimitBytes = memoryLimit << 20
        return parameters
    }

    /// Leaves one processor to the answers, where there are several.
    func use() {
        Threads.use(threads ?? max(ProcessInfo.processInfo.activeProcessorCount - 1, 1))
    }

    /// The plan, after a look at the watched folder, so that a wrong one is told at once.
    func plan(for surveillance: Surveillance) throws -> WorkPlan {
        if let watch { _ = try WatchFolder(watch, surveillance) }
        return WorkPlan(
            workers: noWork ? 0 : workers, policy: JobPolicy(attempts: attempts), folder: watch,
            settleSeconds: settle)
    }
}
