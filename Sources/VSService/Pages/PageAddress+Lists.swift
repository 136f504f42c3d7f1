import VSReport
import VSStore

extension PageAddress {
    /// Jobs and models.
    static let lists: [PageAddress] = [
        PageAddress(path: "/jobs", action: "list jobs") { visit in
            var table = TextTable([
                .init("job", key: "job", .right), .init("scan", key: "scan", .right),
                .init("patient", key: "patient"), .init("state", key: "state"),
                .init("done %", key: "percent", .right), .init("cause", key: "cause"),
                .init("message", key: "message"), .init("asked for", key: "createdAt"),
            ])
            for job in try visit.store.jobs(includesAll: true, limit: 100) {
                table.add([
                    .integer(Int(job.id)), .integer(Int(job.scanId)), .text(job.identifier),
                    .text(job.state.rawValue), .integer(Int(job.progress * 100)),
                    .text(job.cause), job.message.isEmpty ? .none : .text(job.message),
                    .text(job.createdAt),
                ])
            }
            return .page(
                title: "Jobs",
                body: table.rows.isEmpty
                    ? "<p class=\"note\">None.</p>"
                    : scrolling(table, caption: "The newest 100 first"))
        },
        PageAddress(path: "/models", action: "list models") { visit in
            let models = try visit.store.models()
            return .page(
                title: "Models",
                body: models.isEmpty
                    ? "<p class=\"note\">None.</p>"
                    : scrolling(TextTable(models: models), caption: "Installed models"))
        },
    ]
}
