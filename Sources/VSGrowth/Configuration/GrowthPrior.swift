/// What is believed of a tumour's course before its exams are seen.
///
/// ln V of an untreated tumour is flat, rises or falls along a line; a rise may begin late or end
/// early. Shares and rates follow published natural history, as this project reads it: a third to two
/// thirds grow, about half of the growers stop by themselves, and the mean specific growth rate is
/// about 0.10 per year (docs/GROWTH.md has the sources). They are assumptions, not a fit.
public struct GrowthPrior: Sendable, Hashable, Codable {
    /// The share of tumours that grow at some time; the rest is stable but for ``shrinkingShare``.
    public var growingShare = 0.53
    /// The share of tumours that shrink.
    public var shrinkingShare = 0.08
    /// Rates of stable tumours: normal about zero with this standard deviation, per year.
    public var stableRateSD = 0.01
    /// Rates of growers: log-normal with this median, per year.
    public var growingRateMedian = 0.18
    /// The standard deviation of the logarithm of a grower's rate.
    public var growingRateLogSD = 0.80
    /// Rates of shrinking tumours: log-normal with this median, per year.
    public var shrinkingRateMedian = 0.08
    /// The standard deviation of the logarithm of a shrinking tumour's rate.
    public var shrinkingRateLogSD = 0.70
    /// The share of growers that begin after the first exam.
    public var lateShare = 0.20
    /// The mean time until they begin, years; exponential.
    public var meanOnsetYears = 4.0
    /// The share of growers that stop.
    public var stoppingShare = 0.35
    /// The mean time until they stop, years; exponential.
    public var meanStopYears = 4.0
    /// The share of exams with a gross error: a wrong outline, not a rough one; of a model whose card
    /// tells its own, that one.
    public var grossErrorShare = 0.01
    /// What a gross error adds to the standard deviation of ln V.
    public var grossErrorSD = 0.5

    /// The defaults.
    public init() {}

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case growingShare, shrinkingShare, stableRateSD, growingRateMedian, growingRateLogSD
        case shrinkingRateMedian, shrinkingRateLogSD, lateShare, meanOnsetYears, stoppingShare
        case meanStopYears, grossErrorShare, grossErrorSD
    }

    /// Reads what is given; the rest keeps its default.
    public init(from decoder: any Decoder) throws {
        let text = try PartialContainer(decoder, CodingKeys.self)
        try text.fill(&growingShare, .growingShare)
        try text.fill(&shrinkingShare, .shrinkingShare)
        try text.fill(&stableRateSD, .stableRateSD)
        try text.fill(&growingRateMedian, .growingRateMedian)
        try text.fill(&growingRateLogSD, .growingRateLogSD)
        try text.fill(&shrinkingRateMedian, .shrinkingRateMedian)
        try text.fill(&shrinkingRateLogSD, .shrinkingRateLogSD)
        try text.fill(&lateShare, .lateShare)
        try text.fill(&meanOnsetYears, .meanOnsetYears)
        try text.fill(&stoppingShare, .stoppingShare)
        try text.fill(&meanStopYears, .meanStopYears)
        try text.fill(&grossErrorShare, .grossErrorShare)
        try text.fill(&grossErrorSD, .grossErrorSD)
    }

    /// What makes these numbers unusable, as a clause; nil where they can be used.
    var problem: String? {
        let shares = [growingShare, shrinkingShare, lateShare, stoppingShare, grossErrorShare]
        if shares.contains(where: { !($0 >= 0 && $0 < 1) }) {
            return "a share of the prior is not between 0 and 1"
        }
        if growingShare + shrinkingShare >= 1 || lateShare + stoppingShare > 1 {
            return "the shares of the prior leave none over"
        }
        let positive = [
            stableRateSD, growingRateMedian, growingRateLogSD, shrinkingRateMedian,
            shrinkingRateLogSD, meanOnsetYears, meanStopYears, grossErrorSD,
        ]
        return positive.allSatisfy { $0 > 0 && $0 < 100 }
            ? nil : "a rate, spread or time of the prior is not between 0 and 100"
    }
}
