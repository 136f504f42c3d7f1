public import VSGrowth
public import VSSegmentation
public import VSStore

/// What registering a scan did.
public struct Registration: Sendable {
    /// One tumour that was measured.
    public struct Tumour: Sendable {
        /// Its side.
        public let side: Side
        /// Its measurement.
        public let volume: VolumeRecord
        /// Whether its error is this scan's own, from measuring it repeatedly.
        public let hasOwnError: Bool
        /// What its curve says now.
        public let assessment: GrowthAssessment?
    }

    /// The patient's identifier.
    public let patient: String
    /// The day of the exam.
    public let date: ExamDate
    /// The scan's number.
    public let scan: Int64
    /// Whether the patient is new.
    public let isNewPatient: Bool
    /// Whether this very scan was registered before, so that nothing changed.
    public let isRepeat: Bool
    /// Whether the network ran; not for scans that are not T2.
    public let isSegmented: Bool
    /// The tumours, largest first.
    public let tumours: [Tumour]
    /// The highest probability anywhere, where the network ran.
    public let highestProbability: Double?
    /// The job that will segment it; nil where none waits.
    public internal(set) var job: Int64?
    /// Findings and warnings, each a sentence.
    public internal(set) var notes: [String]
    /// What the model that ran may be used for; nil where none ran.
    public let intendedUse: String?
    /// Seconds of each stage, in order.
    public let stages: [(name: String, seconds: Double)]
}
