import VSReport
import VSStore

extension PageAddress {
    /// The queue and its jobs, with what keeps their pages fresh.
    static let jobs: [PageAddress] = [
        PageAddress(path: "/jobs", action: "list jobs") { visit in
            .page(title: "Jobs", body: try JobList(visit).html)
        },
        PageAddress(path: "/live/jobs", action: "watch jobs") { visit in
            try .live { LivePart(html: try JobList(visit).table) }
        },
        PageAddress(path: "/jobs/{job}", action: "read job") { visit in
            let job = try visit.store.job(visit.question.number("job"))
            let part = LivePart(html: facts(job, visit.session)).box(at: "/live/jobs/\(job.id)")
            return .page(
                title: "Job \(job.id)",
                body: (job.state.isOver ? facts(job, visit.session) : part)
                    + "<p><a href=\"/jobs\">All jobs</a></p>")
        },
        PageAddress(path: "/live/jobs/{job}", action: "watch job") { visit in
            let number = try visit.question.number("job")
            return try .live {
                let job = try visit.store.job(number)
                return LivePart(html: facts(job, visit.session), isOver: job.state.isOver)
            }
        },
        PageAddress(path: "/live/scans/{scan}", action: "watch scan") { visit in
            let scan = try visit.store.scan(visit.question.number("scan")).record
            return try .live { try NoOutline.live(scan, in: visit.store) }
        },
    ]

    private static func facts(_ job: JobRecord, _ session: Session) -> String {
        let bar = job.progressBar.map { "<p>\($0) %</p>" } ?? ""
        return bar + scrolling(TextTable(facts: job.inPageWords), caption: "Of this job")
            + "<p>\(JobForms(job, session).html)</p>"
    }
}
