import ArgumentParser
import Foundation
import VSReport
import VSStore
import VSSurveillance

/// The command `vsdb schedule`.
struct ScheduleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schedule", abstract: "Plan work that comes again: backups, checks, lists.",
        discussion: """
            Schedules run within 'vsdb serve' and 'vsdb work'; without them, a timer that calls 'vsdb \
            schedule run' does (docs/SERVICE.md). A run that was missed is made up once.
            """,
        subcommands: [
            ScheduleAddCommand.self, ScheduleListCommand.self, ScheduleRemoveCommand.self,
            ScheduleRunCommand.self,
        ])
}

/// The command `vsdb schedule add`.
struct ScheduleAddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a schedule.",
        discussion: """
            The time has cron's five fields: minute, hour, day of month, month, day of week, in local \
            time. resegment queues T2 scans that the active model has not segmented; due-list writes \
            the exams due and overdue as a mail file; backup copies database, images and models; \
            integrity checks all of them.

              vsdb schedule add backup "30 2 * * *" --folder /srv/backup
              vsdb schedule add due-list "0 7 * * 1" --folder /srv/mail
              vsdb schedule add integrity "0 3 * * 0"
            """)

    @Argument(help: ArgumentHelp("What to do.", valueName: "kind"))
    var kind: ScheduleKind
    @Argument(help: ArgumentHelp("When, in quotes.", valueName: "time"))
    var time: String
    @Option(
        help: ArgumentHelp("Where the files of due-list and backup go.", valueName: "folder"),
        completion: .directory)
    var folder: String?
    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        let writes = kind == .backup || kind == .dueList
        guard writes == (folder != nil) else {
            throw ValidationError(
                writes
                    ? "\(kind.rawValue) needs --folder, where its files go."
                    : "\(kind.rawValue) writes no file; leave --folder out.")
        }
    }

    func run() throws {
        let pattern = try CronPattern(time)
        let place = try folder.map(Self.writable) ?? ""
        let (id, isNew) = try database.store().addSchedule(
            kind, pattern: pattern.description, folder: place)
        print(isNew ? "schedule \(id)" : "schedule \(id) is this one already")
    }

    /// A folder's whole path, made if missing: a wrong one is told now and not in the night.
    private static func writable(_ folder: String) throws -> String {
        let path = URL(fileURLWithPath: folder).standardizedFileURL.path
        try? FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
            isFolder.boolValue, FileManager.default.isWritableFile(atPath: path)
        else {
            throw StoreError(
                .readOnly, subject: folder,
                message: "This is no folder that can be written, nor can it be made.",
                remedy: "Check the path and its permissions; nothing was scheduled.")
        }
        return path
    }
}

/// The command `vsdb schedule list`.
struct ScheduleListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List schedules, with what came of their last run.")

    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        var table = TextTable([
            .init("schedule", key: "schedule", .right), .init("kind", key: "kind"),
            .init("time", key: "time"), .init("folder", key: "folder"),
            .init("due", key: "dueAt"), .init("last run", key: "lastRunAt"),
            .init("result", key: "lastResult"),
        ])
        for schedule in try database.store().schedules() {
            let due = try Scheduler.dueTime(of: schedule)
            table.add([
                .integer(Int(schedule.id)), .text(schedule.kind.rawValue), .text(schedule.pattern),
                .text(schedule.folder), due.map { .text($0.formatted(.iso8601)) } ?? .none,
                schedule.lastRunAt.map { .text($0) } ?? .none, .text(schedule.lastResult),
            ])
        }
        try output.show(table, empty: "Nothing is scheduled.")
    }
}

/// The command `vsdb schedule remove`.
struct ScheduleRemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a schedule.",
        discussion: "  vsdb schedule remove 2")

    @Argument(help: ArgumentHelp("The schedule's number.", valueName: "schedule"))
    var schedule: Int64
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        try database.store().removeSchedule(schedule)
        print("schedule \(schedule) is removed")
    }
}

/// The command `vsdb schedule run`.
struct ScheduleRunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run what is due, and end.",
        discussion: """
            For a timer, where neither 'vsdb serve' nor 'vsdb work' runs.

              vsdb schedule run
            """)

    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let count = try Scheduler(database.surveillance()).runDue { print($0) }
        if count == 0 { print("nothing is due") }
    }
}
