import ArgumentParser
import Foundation
import VSNetwork
import VSService
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
    @OptionGroup var queue: QueueOptions
    @OptionGroup var network: NetworkOptions

    func validate() throws {
        guard (1...16).contains(workers) else { throw ValidationError("--workers is 1 to 16.") }
    }

    /// Leaves one processor to the answers, where there are several.
    func use() {
        Threads.use(network.threads ?? max(ProcessInfo.processInfo.activeProcessorCount - 1, 1))
    }

    /// The plan, after a look at the watched folder, so that a wrong one is told at once.
    func plan(for surveillance: Surveillance) throws -> WorkPlan {
        if let folder = queue.watch { _ = try WatchFolder(folder, surveillance) }
        return WorkPlan(
            workers: noWork ? 0 : workers, policy: queue.policy, folder: queue.watch,
            settleSeconds: queue.settle)
    }
}
