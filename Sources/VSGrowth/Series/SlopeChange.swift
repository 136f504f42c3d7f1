/// A day on which the rate of growth changed.
public struct SlopeChange: Sendable, Hashable, Codable {
    /// The exam at which the line bends.
    public let date: ExamDate
    /// The specific growth rate before, 1 / year.
    public let beforePerYear: Double
    /// And after.
    public let afterPerYear: Double
    /// The difference in its standard errors.
    public let standardErrors: Double

    /// The most distinct bend; nil for fewer than five exams or where none is significant.
    ///
    /// A line with one bend, at an exam with at least two on either side, is fitted by generalised
    /// least squares for each such exam. The bend must differ from none with 95 % probability after
    /// Bonferroni's correction for the number of exams tried.
    public init?(_ exams: [VolumeMeasurement], error: MeasurementErrorModel) {
        let n = exams.count
        guard n >= 5, let first = exams.first,
            let precision = PrecisionMatrix(
                covariance: SeriesCovariance.matrix(exams, error), count: n)
        else { return nil }
        let times = exams.map { first.date.years(to: $0.date) }
        let values = exams.map(\.logVolume)
        let ones = times.map { _ in 1.0 }
        let places = 2...(n - 3)
        var best: (place: Int, fit: LeastSquares, ratio: Double)?
        for place in places {
            let bend = times.map { max(0, $0 - times[place]) }
            guard
                let fit = LeastSquares(values, columns: [ones, times, bend], precision: precision)
            else { continue }
            let scatter = max(1, fit.chiSquare / Double(max(n - 3, 1)))
            let ratio = fit.coefficients[2] / (scatter * fit.covariance[8]).squareRoot()
            if abs(ratio) > abs(best?.ratio ?? 0) { best = (place, fit, ratio) }
        }
        guard let best,
            2 * NormalDistribution.cumulative(-abs(best.ratio)) < 0.05 / Double(places.count)
        else { return nil }
        date = exams[best.place].date
        beforePerYear = best.fit.coefficients[1]
        afterPerYear = best.fit.coefficients[1] + best.fit.coefficients[2]
        standardErrors = best.ratio
    }
}
