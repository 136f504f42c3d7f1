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
        guard measurements.count >= 3, let first = measurements.map(\.date).min() else {
            return nil
        }
        let times = measurements.map { first.years(to: $0.date) }
        let values = measurements.map { Double.log($0.volumeMm3) }
        // A measurement without error would weigh infinitely; 1 % is less than any that is known.
        let weights = measurements.map { 1 / max($0.relativeSD * $0.relativeSD, 1e-4) }
        let total = weights.reduce(0, +)
        let meanTime = zip(weights, times).reduce(0) { $0 + $1.0 * $1.1 } / total
        let meanValue = zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 } / total
        var spread = 0.0
        var product = 0.0
        for ((weight, time), value) in zip(zip(weights, times), values) {
            spread += weight * (time - meanTime) * (time - meanTime)
            product += weight * (time - meanTime) * (value - meanValue)
        }
        guard spread > 0 else { return nil }
        let slope = product / spread
        let start = meanValue - slope * meanTime
        var residual = 0.0
        for ((weight, time), value) in zip(zip(weights, times), values) {
            let off = value - start - slope * time
            residual += weight * off * off
        }
        let scatter = max(1, residual / Double(measurements.count - 2))
        slopePerYear = slope
        slopeSE = (scatter / spread).squareRoot()
        intercept = start
        origin = first
    }

    /// The volume the line gives for a day, mm³.
    public func volumeMm3(on date: ExamDate) -> Double {
        .exp(intercept + slopePerYear * origin.years(to: date))
    }

    /// Whether the slope differs from zero with 95 % probability.
    public var isSignificant: Bool { abs(slopePerYear) > 1.96 * slopeSE }
}
