import Foundation
import Synchronization
import VSNetwork
import VSSegmentation
public import VSStore

/// Takes jobs from the queue and does them, one after another.
///
/// Several workers, in one process or many, share the queue. A worker that is killed loses nothing: its
/// job goes back to the queue, at once where its process is seen to be gone, else when its lease is over.
public final class Worker: Sendable {
    /// What became of a job.
    public enum Outcome: Sendable, Hashable {
        /// Its segmentation is stored.
        case done
        /// It failed; it will be tried again, or is parked.
        case failed(String)
        /// It was taken back, or given back as the worker stops.
        case stopped
        /// Another worker has it by now; nothing was stored.
        case lost
    }

    /// What the queue calls it.
    public let name: String
    private let surveillance: Surveillance
    private let policy: JobPolicy

    /// A worker on a store.
    public init(_ surveillance: Surveillance, policy: JobPolicy = JobPolicy()) {
        self.surveillance = surveillance
        self.policy = policy
        name = WorkerName().text
    }

    /// Takes the next job and does it.
    ///
    /// - Parameters:
    ///   - isStopped: asked while it runs; a job that is stopped goes back to the queue.
    ///   - progress: told the job and the fraction done.
    /// - Returns: the job and what became of it; nil where nothing may be done now.
    /// - Throws: `StoreError` where the store cannot be read or written.
    public func workOnce(
        isStopped: @Sendable () -> Bool = { false },
        progress: (JobRecord, Double) -> Void = { _, _ in }
    ) throws -> (job: JobRecord, outcome: Outcome)? {
        try surveillance.advanceCampaign()
        guard
            let job = try surveillance.store.claimJob(
                worker: name, minuteOfDay: LocalTime.minuteOfDay(Date()), policy: policy,
                isGone: WorkerName.isGone)
        else { return nil }
        let pulse = Pulse(job, worker: name, surveillance.store, policy)
        defer { pulse.stop() }
        do {
            let entry = try surveillance.segmentation(
                for: job,
                progress: {
                    pulse.progress = $0
                    progress(job, $0)
                }, isCancelled: { isStopped() || pulse.signal != .goOn })
            pulse.stop()
            let made = try patiently {
                try surveillance.store.finishJob(
                    job, worker: name, entry, rule: surveillance.rule)
            }
            if job.campaignId != nil { try surveillance.advanceCampaign() }
            return (job, made == nil ? .lost : .done)
        } catch let error as SegmentationError where error.code == .cancelled {
            pulse.stop()
            guard pulse.signal != .lost else { return (job, .lost) }
            try patiently { try surveillance.store.giveBackJob(job, worker: name) }
            return (job, .stopped)
        } catch {
            pulse.stop()
            // What the gate refused it will refuse again.
            let isFinal = (error as? SegmentationError)?.code == .refused
            let message = "\(error)"
            try patiently {
                try surveillance.store.failJob(
                    job, worker: name, message, isFinal: isFinal, policy: policy)
            }
            return (job, .failed(message))
        }
    }

    /// Tries again for a while where other programs hold the database: a result is worth waiting.
    private func patiently<T>(_ body: () throws -> T) throws -> T {
        for _ in 0..<5 {
            do {
                return try body()
            } catch let error as StoreError where error.code == .busy {
                Thread.sleep(forTimeInterval: 0.2)
            }
        }
        return try body()
    }

    /// Works until nothing may be done now, or until it is stopped.
    ///
    /// - Parameters:
    ///   - isStopped: asked often.
    ///   - progress: told the job and the fraction done.
    ///   - report: told what became of each job.
    /// - Returns: how many segmentations were stored.
    /// - Throws: `StoreError` where the store cannot be read or written; one that is busy is waited for.
    @discardableResult
    public func run(
        isStopped: @Sendable () -> Bool = { false },
        progress: (JobRecord, Double) -> Void = { _, _ in },
        report: (JobRecord, Outcome) -> Void = { _, _ in }
    ) throws -> Int {
        var stored = 0
        while !isStopped() {
            do {
                guard let (job, outcome) = try workOnce(isStopped: isStopped, progress: progress)
                else { break }
                if outcome == .done { stored += 1 }
                report(job, outcome)
            } catch let error as StoreError where error.code == .busy {
                // Others hold the database; the next look will do.
                Self.pause(1, isStopped)
            }
        }
        return stored
    }

    /// Waits so long, or until it is stopped.
    static func pause(_ seconds: Double, _ isStopped: () -> Bool) {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline, !isStopped() {
            Thread.sleep(forTimeInterval: min(seconds, 0.1))
        }
    }
}

/// Tells the queue, beside the run of a job, that its worker lives and how far it is; and hears whether
/// it is to stop.
private final class Pulse: Sendable {
    private struct State {
        var progress = 0.0
        var signal = JobSignal.goOn
        var isStopped = false
    }

    private let state = Mutex(State())

    /// Beats a second at first hearing of a cancel, many times in a lease.
    private static let seconds = 1.0

    init(_ job: JobRecord, worker: String, _ store: Store, _ policy: JobPolicy) {
        Thread.detachNewThread { [self] in
            while !isStopped {
                Worker.pause(Self.seconds) { isStopped }
                if isStopped { return }
                // A busy database is asked again at the next beat; the lease is much longer.
                guard
                    let signal = try? store.heartbeat(
                        job: job.id, worker: worker, progress: progress, policy: policy)
                else { continue }
                state.withLock { $0.signal = signal }
            }
        }
    }

    var progress: Double {
        get { state.withLock { $0.progress } }
        set { state.withLock { $0.progress = newValue } }
    }

    var signal: JobSignal { state.withLock { $0.signal } }

    private var isStopped: Bool { state.withLock { $0.isStopped } }

    func stop() { state.withLock { $0.isStopped = true } }
}
