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
    /// After surgery; the model knows untreated tumours only.
    case outOfScope = "out-of-scope"

    /// Whether someone should look at this patient now.
    public var isFlagged: Bool {
        switch self {
        case .growing, .rapid, .possibleGrowth, .earlySwelling, .lateSwelling: true
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
        case .outOfScope: "out of scope after surgery"
        }
    }
}
