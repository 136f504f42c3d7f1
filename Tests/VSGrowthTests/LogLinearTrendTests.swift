import Foundation
import Testing
import VSGrowth

@Suite struct LogLinearTrendTests {
    /// `golden.json` "statistics": SciPy's linregress of ln V on years.
    struct Golden: Decodable {
        struct Statistics: Decodable {
            let years, volumeMm3: [Double]
            let logSlopePerYear, logSlopeStderr, doublingTimeYears: Double
        }
        let statistics: Statistics
    }

    private func golden() throws -> Golden.Statistics {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Golden/golden.json")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Golden.self, from: Data(contentsOf: file)).statistics
    }

    private func series(
        _ days: [Int], _ volumes: [Double], _ errors: [Double]
    ) -> [VolumeMeasurement] {
        zip(zip(days, volumes), errors).map {
            VolumeMeasurement(
                date: ExamDate(dayNumber: 18000 + $0.0.0), volumeMm3: $0.0.1, relativeSD: $0.1,
                model: "a 1", sliceSpacingMm: 1.5)
        }
    }

    @Test func `the line is the reference's, to within its dates rounded to days`() throws {
        let golden = try golden()
        let days = golden.years.map { Int(($0 * 365.25).rounded()) }
        // Errors smaller than the scatter: then the scatter gives the standard error.
        let measurements = series(days, golden.volumeMm3, days.map { _ in 0.001 })
        let trend = try #require(LogLinearTrend(measurements))
        #expect(isClose(trend.slopePerYear, golden.logSlopePerYear, 1e-4))
        #expect(isClose(trend.slopeSE, golden.logSlopeStderr, 1e-5))
        #expect(abs(log(2) / trend.slopePerYear - golden.doublingTimeYears) < 2e-4)
        // SciPy's linregress on the rounded days.
        #expect(isClose(trend.slopePerYear, 0.14654680515046867))
        #expect(isClose(trend.slopeSE, 0.005335620844184288))
        #expect(isClose(trend.intercept, 6.848390288288706))
        #expect(trend.isSignificant)
    }

    /// Constants by NumPy: the inverse of X'WX, times X'W ln V.
    @Test(
        "unequal errors weigh as 1 / sigma², and scatter beyond them widens the slope's error",
        arguments: [(1.0, 0.059663762594435225), (0.2, 0.043879912440025766)])
    func weighted(factor: Double, error: Double) throws {
        let measurements = series(
            [0, 200, 420, 800, 1100], [150, 171, 166, 240, 232],
            [0.2, 0.15, 0.18, 0.1, 0.12].map { $0 * factor })
        let trend = try #require(LogLinearTrend(measurements))
        #expect(isClose(trend.slopePerYear, 0.15994050127285958))
        #expect(isClose(trend.intercept, 5.0409832618002115))
        #expect(isClose(trend.slopeSE, error))
        #expect(trend.origin.dayNumber == 18000)
        #expect(trend.isSignificant)
    }

    @Test func `exact exponential growth is found exactly, in any order of exams`() throws {
        let days = [0, 365, 731, 1461]
        let volumes = days.map { 200 * exp(0.3 * Double($0) / 365.25) }
        let measurements = series(days, volumes, [0.1, 0.1, 0.1, 0.1])
        let trend = try #require(LogLinearTrend(measurements.reversed()))
        #expect(isClose(trend.slopePerYear, 0.3))
        #expect(isClose(trend.volumeMm3(on: ExamDate(dayNumber: 18000)), 200))
        #expect(isClose(trend.volumeMm3(on: ExamDate(dayNumber: 18000 + 1461)), 200 * exp(1.2)))
        // The error comes from the exams: sigma / sqrt(sum of squared distances in time).
        let times = days.map { Double($0) / 365.25 }
        let mean = times.reduce(0, +) / 4
        let spread = times.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        #expect(isClose(trend.slopeSE, 0.1 / spread.squareRoot()))
    }

    @Test func `fewer than three exams, or one day, have no line`() {
        #expect(LogLinearTrend([]) == nil)
        #expect(LogLinearTrend(series([0, 400], [100, 120], [0.1, 0.1])) == nil)
        #expect(LogLinearTrend(series([9, 9, 9], [100, 120, 90], [0.1, 0.1, 0.1])) == nil)
        #expect(LogLinearTrend(series([9, 9, 10], [100, 120, 90], [0.1, 0.1, 0.1])) != nil)
    }

    @Test func `noise around one volume is no trend`() throws {
        let trend = try #require(LogLinearTrend(yearly([500, 520, 490, 505], sd: 0.06)))
        #expect(!trend.isSignificant)
    }
}
