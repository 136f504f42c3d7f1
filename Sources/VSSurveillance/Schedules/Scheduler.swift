public import Foundation
import VSGrowth
public import VSStore

/// Runs schedules that are due.
///
/// A run that was missed, because nothing ran at its time, is made up once,
/// however many there were.
public struct Scheduler: Sendable {
    private let surveillance: Surveillance
    private let name = WorkerName().text

    /// A scheduler on a store.
    public init(_ surveillance: Surveillance) { self.surveillance = surveillance }

    /// When a schedule is due next, or was due first and has not run since.
    ///
    /// - Throws: `StoreError` where its pattern is none.
    public static func dueTime(
        of schedule: ScheduleRecord, calendar: Calendar = Calendar(identifier: .gregorian)
    ) throws -> Date? {
        guard let done = try? Date(schedule.doneUpTo, strategy: .iso8601) else { return nil }
        return try CronPattern(schedule.pattern).next(after: done, calendar: calendar)
    }

    /// Runs each schedule that is due, unless another program is at it.
    ///
    /// - Parameters:
    ///   - now: the present.
    ///   - report: told what came of each, a sentence.
    /// - Returns: how many ran.
    /// - Throws: `StoreError` where the store cannot be read or written. What a run itself fails with is
    ///   its result.
    @discardableResult
    public func runDue(now: Date = Date(), report: (String) -> Void = { _ in }) throws -> Int {
        var count = 0
        for schedule in try surveillance.store.schedules() {
            guard let due = try Self.dueTime(of: schedule), due <= now,
                try surveillance.store.claimSchedule(
                    schedule, worker: name, now: now, isGone: WorkerName.isGone)
            else { continue }
            var result: String
            do {
                result = try surveillance.run(schedule, now: now)
            } catch {
                result = "failed: \(error)"
            }
            try surveillance.store.finishSchedule(
                schedule, worker: name, result: result, now: now)
            report("schedule \(schedule.id), \(schedule.kind.rawValue): \(result)")
            count += 1
        }
        return count
    }
}

extension Surveillance {
    /// Does what a schedule is for.
    ///
    /// - Returns: what came of it, a sentence.
    func run(_ schedule: ScheduleRecord, now: Date) throws -> String {
        switch schedule.kind {
        case .resegment:
            let count = try store.enqueueUnsegmented(
                JobRequest(cause: "schedule", priority: JobRequest.campaign))
            return "\(Words.count(count, "scan")) queued"
        case .dueList: return try DueListMail(self, now: now).write(to: schedule.folder)
        case .backup: return try Backup(store, now: now).write(to: schedule.folder)
        case .integrity:
            let health = try store.examine(deep: true)
            return health.isHealthy
                ? "all is well" : "damage found; 'vsdb doctor --deep' says what"
        }
    }
}
