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
