import RealModule

/// The weighted least-squares line of ln V on time, weights 1 / sigma² of each exam.
///
/// The slope is the specific growth rate. Its standard error uses the exams' own errors, and is
/// widened by the residuals where they scatter more than the errors say.
public struct LogLinearTrend: Sendable, Hashable, Codable {
    /// The slope, 1 / year.
    public let slopePerYear: Double
    /// Its standard error, 1 / year.
    public let slopeSE: Double
    /// ln V at ``origin``.
    public let intercept: Double
    /// Time zero.
    public let origin: ExamDate

    /// The line through at least three measurements on at least two days; nil for fewer.
    public init?(_ measurements: [VolumeMeasurement]) {
        guard measurements.count >= 3, let line = WeightedLine(measurements) else { return nil }
        let scatter = max(1, line.chiSquare / Double(measurements.count - 2))
        slopePerYear = line.slopePerYear
        slopeSE = (scatter / line.spread).squareRoot()
        intercept = line.logVolume(atYears: 0)
        origin = line.origin
    }

    /// The volume the line gives for a day, mm³.
    public func volumeMm3(on date: ExamDate) -> Double {
        .exp(intercept + slopePerYear * origin.years(to: date))
    }

    /// Whether the slope differs from zero with 95 % probability.
    public var isSignificant: Bool { abs(slopePerYear) > 1.96 * slopeSE }
}
