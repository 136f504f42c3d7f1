import VSReport
import VSStore

extension PageAddress {
    /// Jobs and models.
    static let lists: [PageAddress] = [
        PageAddress(path: "/jobs", action: "list jobs") { visit in
            let table = TextTable(
                try visit.store.jobs(includesAll: true, limit: 100), withTimes: false)
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
