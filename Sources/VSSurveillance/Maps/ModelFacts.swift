import VSNetwork
public import VSStore

/// What is known of an installed model, for people.
public struct ModelFacts: Sendable, Hashable {
    /// The error of its boundary as a standard deviation, mm; nil where it was not measured.
    public let boundarySDMm: Double?
    /// What it may be used for.
    public let intendedUse: String
    /// Whether it has attention maps.
    public let hasAttention: Bool

    /// Reads a model's row.
    ///
    /// - Throws: `StoreError` where the row's text is damaged.
    public init(_ model: ModelRecord) throws {
        let description = try Surveillance.description(of: model)
        boundarySDMm = description.boundarySDMm
        intendedUse = description.intendedUse
        hasAttention = description.architecture.attention != .none
    }
}
