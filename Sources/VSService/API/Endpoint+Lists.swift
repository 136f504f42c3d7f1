import Foundation
import VSGrowth
import VSReport
import VSStore

extension Endpoint {
    /// Flags and worklists.
    static let lists: [Endpoint] = [
        Endpoint(
            path: "/flagged", name: "listFlagged",
            summary: "Tumours that someone should look at, the newest exam first.",
            parameters: paging + [
                Parameter(
                    name: "all", kind: "boolean",
                    description: "'true' for flags that were acknowledged too.")
            ],
            content: .page(tumourColumns), action: "list flagged"
        ) { question in
            let limit = try question.limit()
            let flags = try question.store.flagged(
                FlagQuery(
                    includesAcknowledged: question.flag("all"),
                    after: question.cursor(), limit: limit))
            return try page(flags, limit: limit) { $0.lastExam }
        },
        worklist("due", "Exams suggested for the next days, the earliest first.", [within]) {
            let days = try $0.whole("within", in: 0...36_525, default: 30)
            return .due(from: $0.today, to: ExamDate(dayNumber: $0.today.dayNumber + days))
        },
        worklist("overdue", "Exams suggested for a day that has passed.", []) {
            .overdue(today: $0.today)
        },
        worklist("outliers", "Last volumes that are probably errors of measurement.", []) { _ in
            .outliers
        },
        Endpoint(
            path: "/worklists/review", name: "listReview",
            summary: "Findings that nobody has looked at, the newest first.", parameters: paging,
            content: .page(TextTable([FindingRecord]()).columns), action: "list review"
        ) { question in
            let limit = try question.limit()
            let found = try question.store.openFindings(
                before: question.rowBefore(), limit: limit)
            return try Answer(
                page: TextTable(found),
                next: found.count < limit ? nil : found.last.map { "\($0.id)" })
        },
    ]

    private static let tumourColumns = TextTable([FlagRecord](), withSentence: true).columns

    private static let within = Parameter(
        name: "within", kind: "integer", description: "Up to so many days ahead; 30 by default.")

    private static func worklist(
        _ name: String, _ summary: String, _ parameters: [Parameter],
        _ list: @escaping @Sendable (Question) throws -> Worklist
    ) -> Endpoint {
        Endpoint(
            path: "/worklists/\(name)", name: "list" + name.capitalized, summary: summary,
            parameters: paging + parameters, content: .page(tumourColumns),
            action: "list \(name)"
        ) { question in
            let (limit, wanted) = (try question.limit(), try list(question))
            let tumours = try question.store.worklist(
                wanted, after: question.cursor(), limit: limit)
            return try page(tumours, limit: limit) {
                wanted == .outliers ? $0.lastExam : $0.nextExam
            }
        }
    }

    private static func page(
        _ tumours: [FlagRecord], limit: Int, sortedBy day: (FlagRecord) -> ExamDate?
    ) throws -> Answer {
        let last = tumours.count < limit ? nil : tumours.last
        let next = last.flatMap { last in
            day(last).map { ListCursor(day: $0, row: last.tumourId).description }
        }
        return try Answer(page: TextTable(tumours, withSentence: true), next: next)
    }
}
