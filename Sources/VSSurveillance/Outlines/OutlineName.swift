import Foundation
public import VSGrowth

/// What the name of an outline says, as clinics type it.
public enum OutlineName: Sendable, Hashable {
    /// The tumour at treatment, such as `TV` or `AN`.
    case baseline
    /// The tumour so many months after it, such as `Vol 2y` or `Vol20mo`; assumed where the name gives
    /// no unit.
    case after(months: Int, isUnitAssumed: Bool)
    /// The tumour in a calendar year, such as `Vol2016`.
    case inYear(Int)
    /// Another tumour: a meningioma.
    case meningioma
    /// Another structure, such as `Cochlea`.
    case other
    /// A name that says no time.
    case unclear

    /// Reads a name, whatever its case and blanks.
    public init(_ name: String) {
        let text = name.lowercased().replacing(" ", with: "")
        if text.wholeMatch(of: /(rt|lt)?(tv|an|tumour|tumor)(t[12])?/) != nil {
            self = .baseline
        } else if text.wholeMatch(of: /men(ingioma)?/) != nil {
            self = .meningioma
        } else if ["cochlea", "modiolus", "brainstem"].contains(text) {
            self = .other
        } else if let match = text.wholeMatch(of: /(?:vol)?(\d+(?:\.\d+)?)(y|mo|m)/),
            let count = Double(match.output.1)
        {
            let months = match.output.2 == "y" ? 12 * count : count
            self = .after(months: Int(months.rounded()), isUnitAssumed: false)
        } else if let match = text.wholeMatch(of: /vol(20)?(\d\d)/), let year = Int(match.output.2)
        {
            self = .inYear(2000 + year)
        } else if let match = text.wholeMatch(of: /vol(\d\.\d)/),
            let years = Double(match.output.1)
        {
            self = .after(months: Int((12 * years).rounded()), isUnitAssumed: true)
        } else {
            self = .unclear
        }
    }

    /// The day of the outline's exam, and how it is known.
    ///
    /// - Parameter baseline: the day assumed for the outline at treatment.
    /// - Returns: the day and words on it; nil for what is no outline of the tumour with a time.
    public func day(baseline: ExamDate) -> (date: ExamDate, basis: String)? {
        switch self {
        case .baseline: (baseline, "day assumed")
        case .after(let months, let isUnitAssumed):
            (
                baseline.adding(months: months),
                "\(months) months after the assumed day of treatment, by its name"
                    + (isUnitAssumed ? "; years assumed" : "")
            )
        case .inYear(let year):
            ExamDate(year: year, month: 7, day: 1).map {
                ($0, "calendar year by its name; its middle, and the day of treatment, assumed")
            }
        case .meningioma, .other, .unclear: nil
        }
    }
}
