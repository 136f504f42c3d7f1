import ArgumentParser
import VSGrowth
import VSReport
import VSStore

/// The command `vsdb worklist`.
struct WorklistCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worklist", abstract: "List exams due or overdue, findings, or outliers.",
        discussion: """
            --due: exams suggested for the next days, the earliest first. --overdue: exams suggested \
            for a day that has passed, counted from the last exam that measured the tumour. --review: \
            findings that nobody has looked at, such as a tumour on another side than before. \
            --outliers: last volumes more than three standard deviations off their trend, which are \
            probably errors of measurement. Suggested days are suggestions, never orders.

              vsdb worklist --overdue
              vsdb worklist --due --within 60 --format csv
              vsdb worklist --review
            """)

    enum List: String, EnumerableFlag {
        case due, overdue, review, outliers
    }

    @Flag(help: "Which list.")
    var list: List
    @Option(help: ArgumentHelp("With --due: up to so many days ahead.", valueName: "days"))
    var within = 30
    @OptionGroup var page: PageOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        guard (0...36_525).contains(within) else {
            throw ValidationError("--within is 0 to 36525 days.")
        }
        if list == .review {
            if let after = page.after, Int64(after) == nil {
                throw ValidationError("--after is a finding's number, not \(after).")
            }
        } else {
            _ = try page.cursor()
        }
    }

    func run() throws {
        let today = ExamDate.today
        switch list {
        case .due:
            let last = ExamDate(dayNumber: today.dayNumber + within)
            try show(.due(from: today, to: last), empty: "No exam is due until \(last.iso).") {
                $0.nextExam
            }
        case .overdue:
            try show(.overdue(today: today), empty: "No exam is overdue.") { $0.nextExam }
        case .outliers: try show(.outliers, empty: "No volume breaks its trend.") { $0.lastExam }
        case .review: try showFindings()
        }
    }

    private func show(
        _ list: Worklist, empty: String, sortedBy day: (FlagRecord) -> ExamDate?
    ) throws {
        let tumours = try database.store().worklist(
            list, after: page.cursor(), limit: page.limit)
        try output.show(TextTable(tumours, withSentence: output.format != .table), empty: empty)
        page.noteNext(
            tumours.count,
            at: tumours.last.flatMap { last in
                day(last).map { ListCursor(day: $0, row: last.tumourId).description }
            })
    }

    private func showFindings() throws {
        let findings = try database.store().openFindings(
            before: page.after.flatMap { Int64($0) }, limit: page.limit)
        try output.show(TextTable(findings), empty: "No finding waits for a review.")
        page.noteNext(findings.count, at: findings.last.map { "\($0.id)" })
    }
}
