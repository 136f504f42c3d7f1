import Foundation
import VSReport
import VSStore

/// The queue as a page shows it: what is wanted of it, and its table.
struct JobList: Sendable {
    private let state: JobState?
    private let before: Int64?
    private let jobs: [JobRecord]
    private let session: Session

    private static let limit = 100

    /// Reads the query and the jobs.
    ///
    /// - Throws: ``Problem`` for a bad query; `StoreError` where the store cannot be read.
    init(_ visit: Visit) throws {
        let query = visit.question.query
        state = try query["state"].flatMap { $0.isEmpty ? nil : $0 }.map { text throws(Problem) in
            guard let state = JobState(rawValue: text) else {
                throw Problem(400, "invalid", "There is no state of a job called \(text).")
            }
            return state
        }
        before =
            query["before"] == nil
            ? nil : Int64(try visit.question.whole("before", in: 1...Int.max, default: 1))
        session = visit.session
        jobs = try visit.store.jobs(
            state: state, includesAll: true, before: before, limit: Self.limit)
    }

    /// The choice of a state, the table, and the way to earlier jobs.
    var html: String {
        let part = LivePart(html: table).box(at: "/live/jobs" + query(before: before))
        let earlier =
            jobs.count < Self.limit
            ? ""
            : "<p><a href=\"/jobs\(escaped(query(before: jobs.last?.id)))\">Earlier jobs</a></p>"
        return choice + part + earlier
    }

    /// The table alone.
    var table: String {
        guard !jobs.isEmpty else { return "<p class=\"note\">None.</p>" }
        let forms = { (row: Int) in JobForms(jobs[row], session).html }
        return PageAddress.scrolling(
            TextTable(jobs.map(\.inPageWords), withTimes: false), caption: "The newest first",
            cell: { row, key, _ in key == "progressPercent" ? jobs[row].progressBar : nil },
            more: session.role.mayReview ? ("change", forms) : nil)
    }

    private func query(before: Int64?) -> String {
        let parts = [
            state.map { "state=\($0.rawValue)" }, before.map { "before=\($0)" },
        ].compactMap { $0 }
        return parts.isEmpty ? "" : "?" + parts.joined(separator: "&")
    }

    private var choice: String {
        let states = JobState.allCases.map {
            "<option\($0 == state ? " selected" : "")>\($0.rawValue)</option>"
        }
        return """
            <form class="controls" method="get" action="/jobs">
            <p><label for="state">State</label>
            <select id="state" name="state"><option value="">all</option>\(states.joined())</select>\
            </p>
            <button>Show</button>
            </form>
            """
    }
}

/// The forms by which a clinician takes a job back, or lets it wait again.
struct JobForms: Sendable {
    private let job: JobRecord
    private let session: Session

    init(_ job: JobRecord, _ session: Session) {
        self.job = job
        self.session = session
    }

    /// The forms that may be sent now.
    var html: String {
        guard session.role.mayReview else { return "" }
        return switch job.state {
        case .waiting: form("cancel", "Cancel")
        case .running: job.isCancelAsked ? "" : form("cancel", "Cancel")
        case .parked: form("retry", "Retry") + " " + form("cancel", "Cancel")
        case .cancelled: form("retry", "Retry")
        case .done: ""
        }
    }

    private func form(_ action: String, _ word: String) -> String {
        """
        <form method="post" action="/jobs/\(job.id)/\(action)">\(PageShell.token(session.formToken))\
        <button class="small" aria-label="\(word) job \(job.id)">\(word)</button></form>
        """
    }
}

extension JobRecord {
    /// The job with what it says of its failure in the words of pages.
    var inPageWords: JobRecord {
        var job = self
        job.message = PageWords.plain(message)
        return job
    }

    /// How far it is, as a bar while it runs; nil where the number says it.
    var progressBar: String? {
        guard state == .running else { return nil }
        let percent = NumberText.fixed(100 * progress, 0)
        return """
            <progress max="100" value="\(percent)" aria-label="Job \(id)"></progress> \(percent)
            """
    }
}
