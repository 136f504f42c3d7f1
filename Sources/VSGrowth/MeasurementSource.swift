/// Who drew the outline that a volume was measured from.
public enum MeasurementSource: String, Sendable, Hashable, Codable, CaseIterable {
    /// A model.
    case model
    /// A person: drawn, or a model's outline that was corrected.
    case manual
}
