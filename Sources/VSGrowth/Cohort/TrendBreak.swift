/// How far the last volume of a series lies from the line through the earlier ones.
///
/// The line is the weighted least-squares line of ln V on time through all but the last measurement,
/// weights 1 / sigma². The prediction's variance is that of the line at the last exam's day plus the
/// last measurement's own.
public struct TrendBreak: Sendable, Hashable {
    /// ln of the measured volume over the predicted one.
    public let logDeviation: Double
    /// The standard deviation of ``logDeviation`` that measurement error explains.
    public let logSD: Double

    /// A break beyond this many standard deviations is probably an error of measurement.
    public static let limit = 3.0

    /// The last of a series, in order of date, against the others; nil for fewer than three others,
    /// or where these lie on one day.
    public init?(_ measurements: [VolumeMeasurement]) {
        guard measurements.count >= 4, let last = measurements.last,
            let line = WeightedLine(measurements.dropLast())
        else { return nil }
        let years = line.origin.years(to: last.date)
        logDeviation = last.logVolume - line.logVolume(atYears: years)
        logSD = (line.variance(atYears: years) + WeightedLine.variance(last)).squareRoot()
    }

    /// Whether the break exceeds ``limit`` standard deviations.
    public var isBeyondError: Bool { abs(logDeviation) > Self.limit * logSD }
}
