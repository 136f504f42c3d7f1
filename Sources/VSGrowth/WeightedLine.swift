import RealModule

/// The weighted least-squares line of ln V on time, weights 1 / sigma² of each exam.
struct WeightedLine {
    /// Time zero, the first exam's day.
    let origin: ExamDate
    /// The slope, 1 / year.
    let slopePerYear: Double
    /// The sum of the weighted squares of what the line leaves over.
    let chiSquare: Double
    /// The sum of the weighted squares of times about their mean; 1 / spread is the slope's variance.
    let spread: Double
    private let weight, meanTime, meanValue: Double

    /// The line through measurements on at least two days; nil for fewer.
    init?(_ measurements: [VolumeMeasurement]) {
        guard let first = measurements.map(\.date).min() else { return nil }
        let points = measurements.map { one in
            (weight: 1 / Self.variance(one), time: first.years(to: one.date), value: one.logVolume)
        }
        let total = points.reduce(0) { $0 + $1.weight }
        let time = points.reduce(0) { $0 + $1.weight * $1.time } / total
        let value = points.reduce(0) { $0 + $1.weight * $1.value } / total
        let spread = points.reduce(0) { $0 + $1.weight * ($1.time - time) * ($1.time - time) }
        guard spread > 0 else { return nil }
        let slope =
            points.reduce(0) { $0 + $1.weight * ($1.time - time) * ($1.value - value) } / spread
        origin = first
        slopePerYear = slope
        chiSquare = points.reduce(0) { sum, point in
            let off = point.value - value - slope * (point.time - time)
            return sum + point.weight * off * off
        }
        self.spread = spread
        (weight, meanTime, meanValue) = (total, time, value)
    }

    /// The variance that a measurement is weighted by: without error it would weigh infinitely, and
    /// 1 % is less than any that is known.
    static func variance(_ one: VolumeMeasurement) -> Double {
        max(one.relativeSD * one.relativeSD, 1e-4)
    }

    /// ln V of the line, so many years after ``origin``.
    func logVolume(atYears years: Double) -> Double {
        meanValue + slopePerYear * (years - meanTime)
    }

    /// The variance of ``logVolume(atYears:)`` from the measurements' errors.
    func variance(atYears years: Double) -> Double {
        1 / weight + (years - meanTime) * (years - meanTime) / spread
    }
}
