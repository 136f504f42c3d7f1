/// What a series of volumes of one tumour says, with the numbers that decided.
public struct GrowthAssessment: Sendable, Hashable, Codable {
    /// The class.
    public let growthClass: GrowthClass
    /// Whether someone should look at this tumour now.
    public let isFlagged: Bool
    /// The numbers that decided, as one sentence.
    public let sentence: String
    /// The last exam against the epoch's first.
    public let againstBaseline: VolumeChange?
    /// The last exam against the one before.
    public let againstPrevious: VolumeChange?
    /// The last exam against the epoch's smallest.
    public let againstNadir: VolumeChange?
    /// The line through at least three exams of the epoch.
    public let trend: LogLinearTrend?
    /// Stable from exam to exam and grown over all of them.
    public let isCreeping: Bool
    /// An exam that does not fit the others, and is probably measured wrongly: to be reviewed.
    public let outlier: SeriesOutlier?
    /// Where the rate changed.
    public let slopeChange: SlopeChange?
    /// What all exams say together of the true growth; nil with one exam and after a treatment.
    public let posterior: GrowthPosterior?
    /// The volume to be expected at the next exam, or in a year where none is suggested; nil as above.
    public let prediction: VolumePrediction?
    /// Exams of the epoch that were compared, in order.
    public let compared: [VolumeMeasurement]
    /// Exams that another model measured and that were left out.
    public let leftOut: Int
    /// The treatment that began the epoch.
    public let treatment: Treatment?
    /// The day a next exam is suggested for.
    public let nextExam: ExamDate?
    /// For a stable untreated tumour the published risk of growth in the next year, percent.
    public let nextYearRiskPercent: Double?

    /// Writes every key; what is not given is null.
    public func encode(to encoder: any Encoder) throws {
        var keyed = encoder.container(keyedBy: CodingKeys.self)
        try keyed.encode(growthClass, forKey: .growthClass)
        try keyed.encode(isFlagged, forKey: .isFlagged)
        try keyed.encode(sentence, forKey: .sentence)
        try keyed.encode(againstBaseline, forKey: .againstBaseline)
        try keyed.encode(againstPrevious, forKey: .againstPrevious)
        try keyed.encode(againstNadir, forKey: .againstNadir)
        try keyed.encode(trend, forKey: .trend)
        try keyed.encode(isCreeping, forKey: .isCreeping)
        try keyed.encode(outlier, forKey: .outlier)
        try keyed.encode(slopeChange, forKey: .slopeChange)
        try keyed.encode(posterior, forKey: .posterior)
        try keyed.encode(prediction, forKey: .prediction)
        try keyed.encode(compared, forKey: .compared)
        try keyed.encode(leftOut, forKey: .leftOut)
        try keyed.encode(treatment, forKey: .treatment)
        try keyed.encode(nextExam, forKey: .nextExam)
        try keyed.encode(nextYearRiskPercent, forKey: .nextYearRiskPercent)
    }
}
