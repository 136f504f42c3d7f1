/// What measuring one tumour of one scan again on small changes of the scan gave.
public struct RepeatabilityRecord: Sendable, Hashable, Codable {
    /// The volume's row; set when it is recorded.
    public var volumeId: Int64
    /// Runs.
    public var runs: Int
    /// Runs that found the tumour.
    public var found: Int
    /// Standard deviation of ln V over those; nil where they were too few.
    public var spreadSD: Double?
    /// The model's error of a volume of that size, as the standard deviation of ln V.
    public var modelSD: Double
    /// The changes, their seed and the volume of each run, as JSON.
    public var detail: String
    /// The program's version.
    public var softwareVersion: String

    /// Makes a record to be stored with its volume.
    public init(
        runs: Int, found: Int, spreadSD: Double?, modelSD: Double, detail: String,
        softwareVersion: String
    ) {
        volumeId = 0
        self.runs = runs
        self.found = found
        self.spreadSD = spreadSD
        self.modelSD = modelSD
        self.detail = detail
        self.softwareVersion = softwareVersion
    }
}
