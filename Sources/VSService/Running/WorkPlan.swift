import Foundation
package import ServiceLifecycle
package import VSGrowth
public import VSStore
package import VSSurveillance

/// What the service does beside answering: segment what waits in the queue, register what settles in a
/// watched folder, run what is scheduled.
public struct WorkPlan: Sendable {
    /// Workers that take jobs; none leaves them to other processes.
    public var workers: Int
    /// Attempts before a job is parked.
    public var policy: JobPolicy
    /// The watched folder.
    public var folder: String?
    /// A watched file has settled when it has not changed for so long.
    public var settleSeconds: Double

    /// Makes a plan.
    public init(
        workers: Int = 1, policy: JobPolicy = JobPolicy(), folder: String? = nil,
        settleSeconds: Double = 5
    ) {
        self.workers = workers
        self.policy = policy
        self.folder = folder
        self.settleSeconds = settleSeconds
    }

    /// The plan as services: the first one also watches and runs what is due.
    ///
    /// - Parameters:
    ///   - surveillance: the use cases.
    ///   - today: the day after which no exam can be.
    ///   - report: told what happened.
    /// - Returns: a service for each worker, and one at least.
    package func services(
        _ surveillance: Surveillance, today: @escaping @Sendable () -> ExamDate,
        report: @escaping @Sendable (WorkService.Event) -> Void
    ) -> [any Service] {
        (0..<max(workers, 1)).map { number in
            WorkLoop(today: today, report: report) {
                let worker = workers > 0 ? Worker(surveillance, policy: policy) : nil
                guard number == 0 else { return WorkService(worker) }
                return WorkService(
                    worker, Scheduler(surveillance),
                    folder: try folder.map {
                        try WatchFolder($0, surveillance, settleSeconds: settleSeconds)
                    })
            }
        }
    }
}

/// A worker for as long as the service runs; its job goes back to the queue when the service stops.
private struct WorkLoop: Service {
    let today: @Sendable () -> ExamDate
    let report: @Sendable (WorkService.Event) -> Void
    let make: @Sendable () throws -> WorkService

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await WorkService.run(make, today: today, report: report)
        }
    }
}
