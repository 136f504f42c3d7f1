import RealModule

/// An exam whose volume does not fit the line of the others: probably a measurement error.
public struct SeriesOutlier: Sendable, Hashable, Codable {
    /// The day of the exam.
    public let date: ExamDate
    /// Its volume, mm³.
    public let volumeMm3: Double
    /// What the line of the other exams gives for that day, mm³.
    public let expectedMm3: Double
    /// How many standard errors of that forecast and of the measurement it is off; negative: below.
    public let standardErrors: Double
    /// Whether it is the last exam, where a new course looks the same as an error.
    public let isLast: Bool

    /// The exam that breaks the line of the others most; nil for fewer than four exams, or where
    /// none is off by `limit` standard errors.
    ///
    /// Each exam in turn is left out by a column of its own in the least squares, whose coefficient is
    /// how far it lies from the others' line (deletion residual; Cook and Weisberg 1982). Of those
    /// beyond the limit the one counts without which the others fit best.
    public init?(
        _ exams: [VolumeMeasurement], error: MeasurementErrorModel, limit: Double
    ) {
        let n = exams.count
        guard n >= 4, let first = exams.first,
            let precision = PrecisionMatrix(
                covariance: SeriesCovariance.matrix(exams, error), count: n)
        else { return nil }
        let times = exams.map { first.date.years(to: $0.date) }
        let values = exams.map(\.logVolume)
        let ones = times.map { _ in 1.0 }
        var best: (place: Int, off: Double, ratio: Double, chiSquare: Double)?
        for place in 0..<n {
            var own = [Double](repeating: 0, count: n)
            own[place] = 1
            guard let fit = LeastSquares(values, columns: [ones, times, own], precision: precision)
            else { continue }
            let scatter = max(1, fit.chiSquare / Double(n - 3))
            let off = fit.coefficients[2]
            let ratio = off / (scatter * fit.covariance[8]).squareRoot()
            if abs(ratio) > limit, fit.chiSquare < best?.chiSquare ?? .infinity {
                best = (place, off, ratio, fit.chiSquare)
            }
        }
        guard let best else { return nil }
        let exam = exams[best.place]
        date = exam.date
        volumeMm3 = exam.volumeMm3
        expectedMm3 = exam.volumeMm3 * .exp(-best.off)
        standardErrors = best.ratio
        isLast = best.place == n - 1
    }
}
