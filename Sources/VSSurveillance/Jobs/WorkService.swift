import Foundation
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

    private let worker: Worker?
    private let scheduler: Scheduler?
    private let folder: WatchFolder?

    /// How often an idle one looks for work, seconds.
    private static let pollSeconds = 1.0

    /// A service of these parts; without a worker jobs are left to others.
    public init(_ worker: Worker?, _ scheduler: Scheduler? = nil, folder: WatchFolder? = nil) {
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
            let done = try worker?.run(
                isStopped: isStopped, progress: progress,
                report: { job, outcome in
                    report(.job(job, outcome))
                    // What comes in meanwhile is not kept waiting by a long queue.
                    try? lookAround(today: today(), report: report)
                })
            stored += done ?? 0
            if untilIdle { break }
            Worker.pause(Self.pollSeconds, isStopped)
        } while !isStopped()
        return stored
    }

    /// Takes what has settled and runs what is due; a busy database is asked again at the next look.
    private func lookAround(today: ExamDate, report: (Event) -> Void) throws {
        do {
            try folder?.look(today: today) { report(.other($0)) }
            try scheduler?.runDue { report(.other($0)) }
        } catch let error as StoreError where error.code == .busy {}
    }

    /// Works on a thread of its own until the task is cancelled; the job at hand is given back.
    ///
    /// The thread gives way to others of the process, so that answers do not wait for the network. What
    /// goes wrong with the store is reported, and tried again after a while: a full disk is no reason to
    /// end what can still be read.
    /// - Parameters:
    ///   - make: makes the service on that thread.
    ///   - today: the day after which no exam can be.
    ///   - retrySeconds: the wait after a failure.
    ///   - report: told what happened, on that thread.
    public static func run(
        _ make: @escaping @Sendable () throws -> WorkService,
        today: @escaping @Sendable () -> ExamDate, retrySeconds: Double = 30,
        report: @escaping @Sendable (Event) -> Void = { _ in }
    ) async {
        await OwnThread.run { isStopped in
            // Of this thread alone, and of those of the kernels that it starts.
            _ = nice(10)
            while !isStopped() {
                do {
                    try make().run(today: today, isStopped: isStopped, report: report)
                } catch {
                    report(.other("work pauses for \(Int(retrySeconds)) s. \(error)"))
                    Worker.pause(retrySeconds, isStopped)
                }
            }
        }
    }
}

extension WorkService.Event: CustomStringConvertible {
    /// The sentence for a person.
    public var description: String {
        switch self {
        case .other(let sentence): return sentence
        case .job(let job, let outcome):
            let name = "job \(job.id), scan \(job.scanId): "
            return switch outcome {
            case .done: name + "done by \(job.model ?? "")"
            case .failed(let message): name + "failed. \(message)"
            case .stopped: name + "stopped"
            case .lost: name + "taken over by another worker"
            }
        }
    }
}
