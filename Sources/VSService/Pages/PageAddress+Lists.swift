import VSReport
import VSStore

extension PageAddress {
    /// Installed models.
    static let lists: [PageAddress] = [
        PageAddress(path: "/models", action: "list models") { visit in
            let models = try visit.store.models()
            return .page(
                title: "Models",
                body: models.isEmpty
                    ? "<p class=\"note\">None.</p>"
                    : scrolling(TextTable(models: models), caption: "Installed models"))
        }
    ]
}
