public import VSGrowth

/// What was once said of a tumour's growth.
public struct AnswerRecord: Sendable, Hashable, Codable {
    /// When it was said.
    public var createdAt: String
    /// The tumour's side.
    public var side: String
    /// The class.
    public var growthClass: String
    /// Whether it was flagged.
    public var isFlagged: Bool
    /// What measured the last exam: name, version and hash of a model, or people's outlines; empty for
    /// answers of programs that did not keep it.
    public var model: String
    /// The day of the last exam.
    public var lastExam: ExamDate
    /// Against the baseline.
    public var percentFromBaseline: Double?
    /// Of any growth.
    public var probabilityOfGrowth: Double?
    /// The last volume, mm³.
    public var volumeMm3: Double
    /// The numbers that decided.
    public var sentence: String
    /// The day a next exam was suggested for.
    public var nextExam: ExamDate?
    /// The row of the rule that decided.
    public var ruleId: Int64
}
