public import VSGrowth

/// One measurement of one tumour at one exam, as the growth table shows it.
public struct ExamRecord: Sendable, Hashable, Codable {
    /// The scan.
    public var scanId: Int64
    /// The day of the exam.
    public var examDate: ExamDate
    /// What the scan was registered as.
    public var sequence: String
    /// Between slices, mm.
    public var sliceSpacingMm: Double
    /// The segmentation that counts; nil for a person's outline.
    public var segmentationId: Int64?
    /// Model name and version; "outline by" and the reader for a person's.
    public var model: String
    /// SHA-256 of the model's file; empty for a person's outline.
    public var modelSha256: String
    /// The side; nil for an exam without a tumour.
    public var side: String?
    /// The volume, mm³; nil for the finding "no tumour found".
    public var volumeMm3: Double?
    /// Standard deviation of ln V.
    public var relativeSD: Double?
    /// The highest probability anywhere; 1 for a person's outline, who is not asked for one.
    public var highestProbability: Double
    /// Whether a model or a person outlined the tumour.
    public var source: MeasurementSource
    /// Whether the error is this scan's own, from measuring it repeatedly.
    public var hasOwnError: Bool
    /// Whether the model's card says that it may judge exams after surgery.
    public var coversPostSurgery: Bool
    /// The scanner's field strength, T; nil where unknown.
    public var fieldStrengthT: Double?
    /// The scanner; nil where unknown.
    public var scanner: String?
    /// Whether contrast medium was given; nil where unknown.
    public var hasContrast: Bool?
    /// The share of the model's outlines that are grossly wrong, as its card says; nil where not
    /// measured.
    public var grossErrorShare: Double?
}
