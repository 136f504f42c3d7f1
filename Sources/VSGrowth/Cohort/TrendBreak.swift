import RealModule

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
        guard measurements.count >= 4, let last = measurements.last, let first = measurements.first
        else { return nil }
        let earlier = measurements.dropLast()
        // As in the trend: no measurement is better than 1 %.
        func variance(_ one: VolumeMeasurement) -> Double {
            max(one.relativeSD * one.relativeSD, 1e-4)
        }
        var weight = 0.0
        var time = 0.0
        var value = 0.0
        for one in earlier {
            let w = 1 / variance(one)
            weight += w
            time += w * first.date.years(to: one.date)
            value += w * .log(one.volumeMm3)
        }
        (time, value) = (time / weight, value / weight)
        var spread = 0.0
        var product = 0.0
        for one in earlier {
            let (w, off) = (1 / variance(one), first.date.years(to: one.date) - time)
            spread += w * off * off
            product += w * off * (.log(one.volumeMm3) - value)
        }
        guard spread > 0 else { return nil }
        let reach = first.date.years(to: last.date) - time
        logDeviation = .log(last.volumeMm3) - value - product / spread * reach
        logSD = (1 / weight + reach * reach / spread + variance(last)).squareRoot()
    }

    /// Whether the break exceeds ``limit`` standard deviations.
    public var isBeyondError: Bool { abs(logDeviation) > Self.limit * logSD }
}
