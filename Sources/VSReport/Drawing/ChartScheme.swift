/// On what paper a chart is drawn.
public enum ChartScheme: String, Sendable, CaseIterable {
    /// Dark ink on white, as files are and print needs.
    case light
    /// Light ink on a dark page's own colour.
    case dark
}
