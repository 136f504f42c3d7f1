/// Mean and standard deviation (n - 1) of a measure over cases.
public struct MeanSD: Sendable, Equatable, Codable {
    /// The mean.
    public let mean: Double
    /// The standard deviation; zero for one case.
    public let sd: Double
    /// Cases that have the measure.
    public let count: Int

    /// The mean of values; nil without any.
    public init?(_ values: [Double]) {
        guard !values.isEmpty else { return nil }
        let n = Double(values.count)
        let mean = values.reduce(0, +) / n
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        self.mean = mean
        sd = n > 1 ? (squares / (n - 1)).squareRoot() : 0
        count = values.count
    }
}

/// Many cases in summary, as in the paper's tables; a missed tumour counts with Dice 0.
public struct EvaluationSummary: Sendable, Equatable, Codable {
    /// Cases with a tumour.
    public let tumours: Int
    /// Cases without one.
    public let tumourFree: Int
    /// Dice over cases with a tumour.
    public let dice: MeanSD?
    /// ASSD over tumours that were found, mm.
    public let assdMm: MeanSD?
    /// HD95 over tumours that were found, mm.
    public let hd95Mm: MeanSD?
    /// |RVE| over cases with a tumour, percent.
    public let absoluteRVEPercent: MeanSD?
    /// Signed RVE over cases with a tumour: the bias, percent.
    public let rvePercent: MeanSD?
    /// Tumours of which nothing was found.
    public let missed: Int
    /// Predicted components that touch no tumour, over all cases.
    public let falseComponents: Int

    /// Summarises cases.
    public init(_ scores: [CaseScore]) {
        let with = scores.filter { $0.truthVolumeMm3 > 0 }
        tumours = with.count
        tumourFree = scores.count - with.count
        dice = MeanSD(with.map(\.dice))
        assdMm = MeanSD(with.compactMap(\.assdMm))
        hd95Mm = MeanSD(with.compactMap(\.hd95Mm))
        absoluteRVEPercent = MeanSD(with.compactMap { $0.rvePercent.map(abs) })
        rvePercent = MeanSD(with.compactMap(\.rvePercent))
        missed = with.filter(\.isMissed).count
        falseComponents = scores.map(\.falseComponents).reduce(0, +)
    }
}

/// Bands of true volume, since small tumours are harder.
public enum VolumeBand {
    /// The upper ends of the bands, mm³; the last is open.
    public static let upperMm3: [Double] = [100, 200, 500, 1500, .infinity]

    /// The bands' names.
    public static let names = ["<100", "100-200", "200-500", "500-1500", ">1500"]

    /// The scores of each band that has any.
    public static func split(_ scores: [CaseScore]) -> [(name: String, scores: [CaseScore])] {
        var groups = names.map { (name: $0, scores: [CaseScore]()) }
        for score in scores where score.truthVolumeMm3 > 0 {
            let band = upperMm3.firstIndex { score.truthVolumeMm3 < $0 } ?? names.count - 1
            groups[band].scores.append(score)
        }
        return groups.filter { !$0.scores.isEmpty }
    }
}
