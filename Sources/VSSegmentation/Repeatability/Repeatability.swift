/// What measuring one tumour of one scan again and again gave.
public struct Repeatability: Sendable, Hashable, Codable {
    /// How the scan was changed.
    public let parameters: RepeatabilityParameters
    /// The seed of the changes.
    public let seed: UInt64
    /// The standard deviation of the scan's noise that was found, in the scan's own units.
    public let noiseSD: Double
    /// The volume of each run, mm³; nil where the tumour was not found.
    public let volumesMm3: [Double?]
}
