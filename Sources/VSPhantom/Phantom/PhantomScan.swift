public import VSImaging

/// One simulated scan with what is true of it.
public struct PhantomScan: Sendable {
    /// The image; integral values as a scanner would store them.
    public let image: Volume
    /// Voxels at least half filled by tumour.
    public let truth: Mask
    /// The volume of the analytic solid, mm³; nil without a tumour.
    public let trueVolumeMm3: Double?
    /// The tumour's side; nil without a tumour.
    public let side: TumourSide?
    /// The day of the exam, ISO 8601.
    public let date: String
    /// The sequence that the image imitates.
    public let sequence: ScanSequence
}

/// One exam of a phantom's course, before it is painted.
public struct PhantomExam: Sendable, Codable, Hashable {
    /// The day of the exam, ISO 8601.
    public let date: String
    /// Years since the first exam (365.25 days each).
    public let years: Double
    /// The tumour's volume by the law, mm³; nil without a tumour.
    public let trueVolumeMm3: Double?
    /// The sequence that the image imitates.
    public let sequence: ScanSequence
}
