import ArgumentParser
import Foundation
import VSGrowth
import VSReport
import VSStore
import VSSurveillance

/// The command `vsdb jobs`.
struct JobsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs", abstract: "List, show, retry and cancel jobs of the queue.",
        subcommands: [
            JobsListCommand.self, JobsShowCommand.self, JobsRetryCommand.self,
            JobsCancelCommand.self,
        ])
}

/// The command `vsdb jobs list`.
struct JobsListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List jobs, the newest first.",
        discussion: """
            Without an option: those that wait, run or are parked. A job is parked after several \
            failed attempts, or where another attempt is of no use; its reason is shown, and 'vsdb \
            jobs retry' lets it wait again. --follow shows live bars of the running ones.

              vsdb jobs list
              vsdb jobs list --state parked --format json
              vsdb jobs list --follow
            """)

    @Option(help: ArgumentHelp("Only those in this state.", valueName: "state"))
    var state: JobState?
    @Flag(help: "Also those that are done or cancelled.")
    var all = false
    @Flag(help: "Show the running ones' progress until the queue is empty, or Ctrl-C.")
    var follow = false
    @Option(help: ArgumentHelp("Rows at most.", valueName: "n"))
    var limit = 100
    @Option(help: ArgumentHelp("Only jobs of a smaller number.", valueName: "job"))
    var before: Int64?
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        guard limit >= 1 else { throw ValidationError("--limit is at least 1.") }
    }

    func run() throws {
        let store = try database.store()
        if follow { return try JobBars(store).follow() }
        let jobs = try store.jobs(state: state, includesAll: all, before: before, limit: limit)
        try output.show(
            TextTable(jobs, withTimes: output.format != .table), empty: "No job waits or runs.")
        if jobs.count == limit, let last = jobs.last {
            note("\(jobs.count) shown; the next page: --before \(last.id)")
        }
    }
}

/// The command `vsdb jobs show`.
struct JobsShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show all of a job.", discussion: "  vsdb jobs show 12")

    @Argument(help: ArgumentHelp("The job's number.", valueName: "job"))
    var job: Int64
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let record = try database.store().job(job)
        if output.format == .csv { return print(TextTable([record], withTimes: true).csv) }
        let fields = TextTable([record], withTimes: true)
        guard output.format == .table else { return try output.printJSON(fields.objects[0]) }
        var table = TextTable([.init("field", key: "field"), .init("value", key: "value")])
        for (column, value) in zip(fields.columns, fields.rows[0]) {
            table.add([.text(column.title), value])
        }
        try output.show(table, empty: "")
    }
}

/// The command `vsdb jobs retry`.
struct JobsRetryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Let a parked or cancelled job wait again.",
        discussion: """
            It has all its attempts before it. One that waits for its next attempt is taken at once.

              vsdb jobs retry 12
            """)

    @Argument(help: ArgumentHelp("The jobs' numbers.", valueName: "job"))
    var jobs: [Int64]
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let store = try database.store()
        for job in jobs { print("job \(try store.retryJob(job).id) waits") }
    }
}

/// The command `vsdb jobs cancel`.
struct JobsCancelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Take jobs back.",
        discussion: """
            One that waits is cancelled at once; one that runs as soon as its worker hears of it, which \
            takes about a second. The scan stays registered.

              vsdb jobs cancel 12
            """)

    @Argument(help: ArgumentHelp("The jobs' numbers.", valueName: "job"))
    var jobs: [Int64]
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let store = try database.store()
        for job in jobs {
            let record = try store.cancelJob(job)
            print(
                record.state == .running
                    ? "job \(job) runs; its worker is asked to stop" : "job \(job) is cancelled")
        }
    }
}
