import RealModule

/// The published risk that an untreated tumour grows in a year, given that it has not grown before.
///
/// British series (10.1055/s-0045-1803283), as this project reads it: 21, 12, 9, 3 and 2 % in years
/// one to five, 0.28 % in year ten.
public struct ConditionalRisk: Sendable, Hashable, Codable {
    /// Percent in the first year, the second and so on.
    public var yearlyPercent = [21.0, 12, 9, 3, 2]
    /// Percent in ``lateYear`` and after.
    public var latePercent = 0.28
    /// The year of ``latePercent``, counted from one.
    public var lateYear = 10

    /// The defaults.
    public init() {}

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case yearlyPercent, latePercent, lateYear
    }

    /// Reads what is given; the rest keeps its default.
    public init(from decoder: any Decoder) throws {
        let text = try PartialContainer(decoder, CodingKeys.self)
        try text.fill(&yearlyPercent, .yearlyPercent)
        try text.fill(&latePercent, .latePercent)
        try text.fill(&lateYear, .lateYear)
    }

    /// The risk in the year that begins so long after the first exam, percent.
    ///
    /// Between the last listed year and ``lateYear`` it falls by a constant factor a year, which is
    /// this project's bridge between the published values.
    public func percent(afterYears years: Double) -> Double {
        let year = max(0, Int(years.rounded(.down)))
        if year < yearlyPercent.count { return yearlyPercent[year] }
        guard year + 1 < lateYear, let last = yearlyPercent.last else { return latePercent }
        let share = Double(year + 1 - yearlyPercent.count) / Double(lateYear - yearlyPercent.count)
        return last * .pow(latePercent / last, share)
    }

    /// What makes the table unusable, as a clause; nil where it can be used.
    var problem: String? {
        (yearlyPercent + [latePercent]).allSatisfy { $0 > 0 && $0 <= 100 }
            && (1...100).contains(lateYear)
            ? nil : "a risk is not between 0 and 100 percent"
    }
}
