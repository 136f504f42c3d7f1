import ArgumentParser
import VSGrowth
import VSReport
import VSStore

/// Which page of a list is shown.
struct PageOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Rows at most.", valueName: "n"))
    var limit = 100
    @Option(
        help: ArgumentHelp(
            "Begin behind this place, as the note under the last page names it.",
            valueName: "place"))
    var after: String?

    func validate() throws {
        guard limit >= 1 else { throw ValidationError("--limit is at least 1.") }
    }

    /// The place to begin behind in a list sorted by day.
    func cursor() throws -> ListCursor? {
        guard let after else { return nil }
        guard let cursor = ListCursor(after) else {
            throw ValidationError(
                "--after is a day and a number, for example 2024-03-05:12, not \(after).")
        }
        return cursor
    }

    /// Tells where the next page begins, on stderr, where this one is full.
    func noteNext(_ count: Int, at place: @autoclosure () -> String?) {
        guard count >= limit, let place = place() else { return }
        note("\(count) shown; the next page: --after \(place)")
    }
}

extension TextTable {
    /// Tumours of a worklist; `day` is the column the list is sorted by.
    init(_ tumours: [FlagRecord], withSentence isForPrograms: Bool) {
        var columns: [TextTable.Column] = [
            .init("patient", key: "patient"), .init("side", key: "side"),
            .init("class", key: "class"), .init("last exam", key: "lastExam"),
            .init("volume mm³", key: "volumeMm3", .right),
            .init("baseline %", key: "percentFromBaseline", .right),
            .init("P(growth)", key: "probabilityOfGrowth", .right),
            .init("next exam", key: "nextExam"), .init("acknowledged", key: "isAcknowledged"),
        ]
        // A sentence is too long for a line of a table.
        if isForPrograms { columns.append(.init("finding", key: "sentence")) }
        self.init(columns)
        for tumour in tumours {
            var row: [TextTable.Value] = [
                .text(tumour.identifier), .text(tumour.side), .text(tumour.growthClass),
                .text(tumour.lastExam.iso),
                .number(tumour.volumeMm3, NumberText.volume(tumour.volumeMm3)),
                tumour.percentFromBaseline.map { .number($0, NumberText.percent($0)) } ?? .none,
                tumour.probabilityOfGrowth.map { .number($0, NumberText.probability($0)) }
                    ?? .none,
                tumour.nextExam.map { .text($0.iso) } ?? .none, .flag(tumour.isAcknowledged),
            ]
            if isForPrograms { row.append(.text(tumour.sentence)) }
            add(row)
        }
    }
}
