/// One image with its truth, as files.
public struct TrainingCase: Sendable, Hashable, Codable {
    /// What a case is for.
    public enum Split: String, Sendable, Codable, CaseIterable {
        /// To train on.
        case training
        /// To choose the best weights by.
        case validation
        /// To report on, once.
        case test
    }

    /// A name for tables.
    public let id: String
    /// The image's file.
    public let image: String
    /// The truth's file; the mask may be empty.
    public let mask: String
    /// What the case is for.
    public let split: Split

    /// Makes a case.
    public init(id: String, image: String, mask: String, split: Split) {
        self.id = id
        self.image = image
        self.mask = mask
        self.split = split
    }
}
