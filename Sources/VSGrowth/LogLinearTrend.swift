import RealModule

/// The generalised least-squares line of ln V on time.
///
/// Weights are the inverse of the errors' covariance: 1 / sigma² of each exam where all are of one
/// protocol, else with an offset shared by the exams of each protocol. The slope is the specific
/// growth rate. Standard errors come from the exams' own errors, and are widened by the residuals
/// where they scatter more than the errors say.
public struct LogLinearTrend: Sendable, Hashable, Codable {
    /// The slope, 1 / year.
    public let slopePerYear: Double
    /// Its standard error, 1 / year.
    public let slopeSE: Double
    /// ln V at ``origin``.
    public let intercept: Double
    /// Its standard error.
    public let interceptSE: Double
    /// The covariance of intercept and slope, 1 / year.
    public let covariance: Double
    /// Time zero.
    public let origin: ExamDate

    /// The line through at least three measurements on at least two days; nil for fewer.
    public init?(
        _ measurements: [VolumeMeasurement], error: MeasurementErrorModel = .init()
    ) {
        guard measurements.count >= 3, let first = measurements.map(\.date).min(),
            let precision = PrecisionMatrix(
                covariance: SeriesCovariance.matrix(measurements, error),
                count: measurements.count)
        else { return nil }
        let times = measurements.map { first.years(to: $0.date) }
        let ones = times.map { _ in 1.0 }
        guard
            let line = LeastSquares(
                measurements.map(\.logVolume), columns: [ones, times],
                precision: precision)
        else { return nil }
        let scatter = max(1, line.chiSquare / Double(measurements.count - 2))
        slopePerYear = line.coefficients[1]
        slopeSE = (scatter * line.covariance[3]).squareRoot()
        intercept = line.coefficients[0]
        interceptSE = (scatter * line.covariance[0]).squareRoot()
        covariance = scatter * line.covariance[1]
        origin = first
    }

    /// The volume the line gives for a day, mm³.
    public func volumeMm3(on date: ExamDate) -> Double {
        .exp(intercept + slopePerYear * origin.years(to: date))
    }

    /// The standard error of the line's ln V on a day; 1.96 of it make the 95 % band.
    public func standardError(on date: ExamDate) -> Double {
        let time = origin.years(to: date)
        let variance =
            interceptSE * interceptSE + 2 * time * covariance + time * time * slopeSE * slopeSE
        return max(variance, 0).squareRoot()
    }

    /// Whether the slope differs from zero with 95 % probability.
    public var isSignificant: Bool { abs(slopePerYear) > 1.96 * slopeSE }
}
