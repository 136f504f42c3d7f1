/// The family of T2-weighted pulse sequence that an image imitates.
public enum ScanSequence: String, Sendable, Codable, CaseIterable {
    /// Three-dimensional balanced steady state (CISS, FIESTA-C, bFFE): very bright fluid, little else.
    case ciss
    /// Three-dimensional turbo spin echo: bright fluid and fat, flow voids, grey against white matter.
    case tse
}
