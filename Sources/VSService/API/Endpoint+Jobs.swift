import VSReport
import VSStore

extension Endpoint {
    /// The queue.
    static let jobs: [Endpoint] = [
        Endpoint(
            path: "/jobs", name: "listJobs", summary: "Jobs of the queue, the newest first.",
            parameters: paging + [
                Parameter(
                    name: "state", kind: "string",
                    description: "Only those that are "
                        + JobState.allCases.map(\.rawValue).joined(separator: ", ")
                        + "; by default those that wait, run or are parked."),
                Parameter(
                    name: "all", kind: "boolean",
                    description: "'true' for those that are done or cancelled, too."),
            ],
            content: .page(TextTable([JobRecord](), withTimes: true).columns), action: "list jobs"
        ) { question in
            let (limit, before) = (try question.limit(), try question.rowBefore())
            let state = try question.query["state"].map { text throws(Problem) in
                guard let state = JobState(rawValue: text) else {
                    throw Problem(400, "invalid", "state is no state of a job: \(text).")
                }
                return state
            }
            let jobs = try question.store.jobs(
                state: state, includesAll: question.flag("all"), before: before,
                limit: limit)
            return try Answer(
                page: TextTable(jobs, withTimes: true),
                next: jobs.count < limit ? nil : jobs.last.map { "\($0.id)" })
        },
        Endpoint(
            path: "/jobs/{job}", name: "getJob", summary: "A job.", content: .object(jobKeys),
            action: "read job"
        ) { question in
            try Answer(job: question.store.job(question.number("job")))
        },
        Endpoint(
            path: "/jobs/{job}/events", name: "watchJob",
            summary: "A job's progress as server-sent events, until it comes to its end.",
            content: .events, action: "watch job", handling: .jobEvents),
        Endpoint(
            .post, path: "/jobs/{job}/cancel", name: "cancelJob",
            summary: "Take a job back; one that runs stops within about a second.",
            content: .object(jobKeys), access: .reviewing, action: "send cancel"
        ) { question in
            try Answer(job: question.store.cancelJob(question.number("job")))
        },
        Endpoint(
            .post, path: "/jobs/{job}/retry", name: "retryJob",
            summary: "Let a parked or cancelled job wait again.", content: .object(jobKeys),
            access: .reviewing, action: "send retry"
        ) { question in
            try Answer(job: question.store.retryJob(question.number("job")))
        },
    ]

    private static let jobKeys =
        TextTable([JobRecord](), withTimes: true).columns.map(\.key) + ["researchUseOnly"]
}

extension Answer {
    /// One job, with the keys of its row in the list.
    init(job: JobRecord) throws {
        try self.init(json: Self.object(of: job))
    }

    /// A job as an object.
    static func object(of job: JobRecord) -> [String: Any] {
        let row = TextTable([job], withTimes: true).objects.first ?? [:]
        return row.merging(["researchUseOnly": true]) { a, _ in a }
    }
}
