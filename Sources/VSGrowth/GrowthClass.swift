/// What a series of volumes amounts to.
public enum GrowthClass: String, Sendable, Codable, CaseIterable {
    /// One usable exam.
    case baseline
    /// Exams of different models only; nothing may be compared.
    case notComparable = "not-comparable"
    /// No change beyond error and threshold.
    case stable
    /// Either beyond error or beyond the threshold, not both; or a creeping trend.
    case possibleGrowth = "possible-growth"
    /// Beyond error and beyond the threshold.
    case growing
    /// Growing, and fast.
    case rapid
    /// The mirror of possible growth.
    case possibleShrinkage = "possible-shrinkage"
    /// The mirror of growing.
    case shrinking
    /// Enlarged within a year of radiosurgery.
    case earlySwelling = "post-treatment-enlargement-early"
    /// Enlarged later, within the swelling window.
    case lateSwelling = "post-treatment-enlargement-late"
    /// Above the volume at radiosurgery after the swelling window, or by three rises in a row.
    case progression
    /// After surgery; the model knows untreated tumours only.
    case outOfScope = "out-of-scope"

    /// Whether the class is one that someone should look at now; an assessment's own flag decides.
    public var isFlagged: Bool {
        switch self {
        case .growing, .rapid, .possibleGrowth, .earlySwelling, .lateSwelling, .progression: true
        default: false
        }
    }

    /// The words for a table.
    public var title: String {
        switch self {
        case .baseline: "baseline"
        case .notComparable: "not comparable"
        case .stable: "stable"
        case .possibleGrowth: "possible growth"
        case .growing: "growing"
        case .rapid: "rapid growth"
        case .possibleShrinkage: "possible shrinkage"
        case .shrinking: "shrinking"
        case .earlySwelling: "enlargement after treatment (early)"
        case .lateSwelling: "enlargement after treatment (late)"
        case .progression: "progression after radiosurgery"
        case .outOfScope: "out of scope after surgery"
        }
    }
}
