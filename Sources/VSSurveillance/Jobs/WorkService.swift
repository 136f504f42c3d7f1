import Foundation
import Synchronization
public import VSGrowth
public import VSStore

/// What one worker process does for as long as it runs: jobs, schedules that are due, and a watched
/// folder where there is one.
///
/// It has one thread at a time, the caller's or its own.
public final class WorkService {
    /// What happened.
    public enum Event: Sendable {
        /// A job came to an end, or was given back.
        case job(JobRecord, Worker.Outcome)
        /// A file was taken or a schedule ran: a sentence.
        case other(String)
    }

    private let worker: Worker
    private let scheduler: Scheduler
    private let folder: WatchFolder?

    /// How often an idle one looks for work, seconds.
    private static let pollSeconds = 1.0

    /// A service of these parts.
    public init(_ worker: Worker, _ scheduler: Scheduler, folder: WatchFolder? = nil) {
        self.worker = worker
        self.scheduler = scheduler
        self.folder = folder
    }

    /// Works until it is stopped, blocking its thread.
    ///
    /// - Parameters:
    ///   - untilIdle: ends where nothing may be done now, in place of waiting for more.
    ///   - today: the day after which no exam can be.
    ///   - isStopped: asked often; a job at hand is given back.
    ///   - progress: told the job at hand and the fraction done.
    ///   - report: told what happened.
    /// - Returns: how many segmentations were stored.
    /// - Throws: `StoreError` where the store cannot be read or written; one that is busy is waited for.
    @discardableResult
    public func run(
        untilIdle: Bool = false, today: () -> ExamDate, isStopped: @Sendable () -> Bool,
        progress: (JobRecord, Double) -> Void = { _, _ in }, report: (Event) -> Void = { _ in }
    ) throws -> Int {
        var stored = 0
        repeat {
            try lookAround(today: today(), report: report)
            stored += try worker.run(
                isStopped: isStopped, progress: progress,
                report: { job, outcome in
                    report(.job(job, outcome))
                    // What comes in meanwhile is not kept waiting by a long queue.
                    try? lookAround(today: today(), report: report)
                })
            if untilIdle { break }
            Worker.pause(Self.pollSeconds, isStopped)
        } while !isStopped()
        return stored
    }

    /// Takes what has settled and runs what is due; a busy database is asked again at the next look.
    private func lookAround(today: ExamDate, report: (Event) -> Void) throws {
        do {
            try folder?.look(today: today) { report(.other($0)) }
            try scheduler.runDue { report(.other($0)) }
        } catch let error as StoreError where error.code == .busy {}
    }

    /// Works on a thread of its own until the task is cancelled; the job at hand is given back.
    ///
    /// - Parameters:
    ///   - make: makes the service on that thread.
    ///   - today: the day after which no exam can be.
    /// - Throws: `StoreError` where the store cannot be read or written, or what `make` throws.
    public static func run(
        _ make: @escaping @Sendable () throws -> WorkService,
        today: @escaping @Sendable () -> ExamDate
    ) async throws {
        let isStopped = StopFlag()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation {
                (continuation: CheckedContinuation<Void, any Error>) in
                // A run of the network blocks, which the pool of tasks must not.
                Thread.detachNewThread {
                    continuation.resume(
                        with: Result {
                            _ = try make().run(today: today, isStopped: { isStopped.isSet })
                        })
                }
            }
        } onCancel: {
            isStopped.set()
        }
    }
}

/// A flag that is set once.
private final class StopFlag: Sendable {
    private let value = Atomic<Bool>(false)

    var isSet: Bool { value.load(ordering: .relaxed) }

    func set() { value.store(true, ordering: .relaxed) }
}
