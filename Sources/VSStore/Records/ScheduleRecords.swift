/// What a schedule does.
public enum ScheduleKind: String, Sendable, Codable, CaseIterable {
    /// Queues every T2 scan that the active model has not segmented.
    case resegment
    /// Writes the exams that are due or overdue as a mail file.
    case dueList = "due-list"
    /// Copies the database, images and models.
    case backup
    /// Checks the database, images and models.
    case integrity
}

/// Work that comes again, by the clock.
public struct ScheduleRecord: Sendable, Hashable, Codable {
    /// The row.
    public var id: Int64
    /// What it does.
    public var kind: ScheduleKind
    /// When, as cron has it: minute, hour, day of month, month, day of week; local time.
    public var pattern: String
    /// Where its files go; empty where it writes none.
    public var folder: String
    /// When it was made.
    public var createdAt: String
    /// Runs due up to here are done or made up.
    public var doneUpTo: String
    /// Who runs it now.
    public var worker: String?
    /// Until when, unless it ends before.
    public var leaseUntil: String?
    /// When it ran last.
    public var lastRunAt: String?
    /// What came of it.
    public var lastResult: String
}
