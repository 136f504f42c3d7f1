import VSGrowth
public import VSStore
import VSSurveillance

extension TextTable {
    /// One job, a line for each of its facts but the signs of life of its worker.
    public init(facts job: JobRecord) {
        self.init([.init("field", key: "field"), .init("value", key: "value", .prose)])
        let all = TextTable([job], withTimes: true)
        for (column, value) in zip(all.columns, all.rows.first ?? []) {
            if ["heartbeatAt", "leaseUntil"].contains(column.key) || value == .none { continue }
            add([.text(column.title), .text(value.shown)])
        }
    }

    /// Jobs; with all their times for programs.
    public init(_ jobs: [JobRecord], withTimes isForPrograms: Bool) {
        var columns: [TextTable.Column] = [
            .init("job", key: "job", .right), .init("state", key: "state"),
            .init("scan", key: "scan", .right), .init("patient", key: "patient"),
            .init("date", key: "examDate"), .init("cause", key: "cause"),
            .init("model", key: "model"), .init("done %", key: "progressPercent", .right),
            .init("attempts", key: "attempts", .right), .init("message", key: "message", .prose),
        ]
        if isForPrograms {
            columns += [
                .init("priority", key: "priority", .right),
                .init("campaign", key: "campaign", .right), .init("not before", key: "notBefore"),
                .init("worker", key: "worker"), .init("lease until", key: "leaseUntil"),
                .init("created", key: "createdAt"), .init("started", key: "startedAt"),
                .init("heartbeat", key: "heartbeatAt"), .init("finished", key: "finishedAt"),
                .init("segmentation", key: "segmentation", .right),
            ]
        }
        self.init(columns)
        for job in jobs {
            let percent = 100 * job.progress
            var row: [TextTable.Value] = [
                .integer(Int(job.id)),
                .text(job.isCancelAsked && job.state == .running ? "stopping" : job.state.rawValue),
                .integer(Int(job.scanId)), .text(job.identifier), .text(job.examDate.iso),
                .text(job.cause), job.model.map { .text($0) } ?? .none,
                .number(percent, NumberText.fixed(percent, 0)), .integer(job.attempts),
                .text(job.message),
            ]
            if isForPrograms {
                func time(_ text: String?) -> TextTable.Value { text.map { .text($0) } ?? .none }
                row += [
                    .integer(job.priority), job.campaignId.map { .integer(Int($0)) } ?? .none,
                    .text(job.notBefore), time(job.worker.map(WorkerName.process)),
                    time(job.leaseUntil), .text(job.createdAt), time(job.startedAt),
                    time(job.heartbeatAt), time(job.finishedAt),
                    job.segmentationId.map { .integer(Int($0)) } ?? .none,
                ]
            }
            add(row)
        }
    }
}
