/// What a series of volumes of one tumour says, with the numbers that decided.
public struct GrowthAssessment: Sendable, Hashable, Codable {
    /// The class.
    public let growthClass: GrowthClass
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
    /// Exams of the epoch that were compared, in order.
    public let compared: [VolumeMeasurement]
    /// Exams that another model measured and that were left out.
    public let leftOut: Int
    /// The treatment that began the epoch.
    public let treatment: Treatment?
    /// The day a next exam is suggested for.
    public let nextExam: ExamDate?

    /// Whether someone should look at this patient now.
    public var isFlagged: Bool { growthClass.isFlagged }
}
