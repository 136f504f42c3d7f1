import Foundation
import Testing
import VSGrowth

/// Series of exams against NumPy: solutions of the normal equations.
@Suite struct SeriesTests {
    private func exams(
        _ volumes: [Double], _ errors: [Double], sequences: [String]? = nil
    ) throws -> [VolumeMeasurement] {
        try volumes.indices.map { year in
            var exam = try measured(
                "\(2018 + year)-01-01", volumes[year], sd: errors[year],
                sequence: sequences?[year] ?? "T2 CISS")
            // Days of the reference: years of 365, 365, 366 days.
            exam.date = ExamDate(
                dayNumber: 17_532 + [0, 365, 730, 1096, 1461, 1826, 2191, 2557][year])
            return exam
        }
    }

    @Test func `exams of one protocol share an offset in the line`() throws {
        var series = try exams(
            [500, 520, 600, 640, 655], [0.1, 0.1, 0.09, 0.09, 0.08],
            sequences: ["a", "a", "b", "b", "b"])
        series[2].date = ExamDate(dayNumber: 17_532 + 731)
        let trend = try #require(LogLinearTrend(series))
        #expect(isClose(trend.slopePerYear, 0.07027064, 1e-7))
        #expect(isClose(trend.slopeSE, 0.03170635, 1e-7))
        #expect(isClose(trend.intercept, 6.22102814, 1e-7))
        #expect(isClose(trend.interceptSE, 0.08270743, 1e-7))
        #expect(isClose(trend.covariance, -0.002127977163510001, 1e-9))
        // The band is narrowest near the middle.
        let band = [17_532, 18_300, 19_500].map {
            trend.standardError(on: ExamDate(dayNumber: $0))
        }
        #expect(band[1] < band[0] && band[1] < band[2])
    }

    @Test func `the inverse times the matrix is one`() throws {
        let covariance = [4.0, 1, 0.5, 1, 3, -0.2, 0.5, -0.2, 2]
        let precision = try #require(PrecisionMatrix(covariance: covariance, count: 3))
        for row in 0..<3 {
            for column in 0..<3 {
                let sum = (0..<3).reduce(0) {
                    $0 + covariance[row * 3 + $1] * precision.values[$1 * 3 + column]
                }
                #expect(isClose(sum, row == column ? 1 : 0))
            }
        }
        #expect(PrecisionMatrix(covariance: [1, 2, 2, 1], count: 2) == nil)
        #expect(PrecisionMatrix(covariance: [], count: 0) == nil)
    }

    @Test
    func `a volume far off the line of the others is an outlier, and makes no class of growth`()
        throws
    {
        let series = try exams([500, 505, 900, 520, 525], Array(repeating: 0.08, count: 5))
        let assessment = try #require(GrowthCurve(series).assessment())
        let outlier = try #require(assessment.outlier)
        #expect(outlier.date == series[2].date)
        #expect(isClose(outlier.standardErrors, 6.298038445343801, 1e-9))
        #expect(isClose(outlier.expectedMm3, 900 * exp(-0.5633137257612891), 1e-9))
        #expect(!outlier.isLast)
        #expect(assessment.sentence.contains("probably a measurement error"))
        let last = try #require(
            GrowthCurve(
                Array(
                    series.prefix(2) + [
                        try measured("2020-01-01", 510, sd: 0.05),
                        try measured("2021-01-01", 900, sd: 0.05),
                    ])
            ).assessment())
        #expect(last.outlier?.isLast == true)
        #expect(last.growthClass == .possibleGrowth && last.isFlagged)
        #expect(GrowthCurve(try yearly([500, 505, 900])).assessment()?.outlier == nil)
    }

    @Test func `a bend in the line is found at its exam`() throws {
        let series = try exams(
            [500, 505, 498, 503, 500, 600, 730, 880], Array(repeating: 0.05, count: 8))
        let change = try #require(GrowthCurve(series).assessment()?.slopeChange)
        #expect(change.date == series[4].date)
        #expect(isClose(change.beforePerYear, -0.0010018153592477042, 1e-9))
        #expect(isClose(change.afterPerYear, 0.18833883103963128, 1e-9))
        #expect(isClose(change.standardErrors, 6.129400004943448, 1e-9))
        let straight = try exams(
            [500, 550, 605, 665, 732, 805, 886, 974], Array(repeating: 0.05, count: 8))
        #expect(GrowthCurve(straight).assessment()?.slopeChange == nil)
    }

    @Test("what is unknown never counts as a change of protocol")
    func unknown() throws {
        let rule = GrowthRule()
        var (a, b) = (try measured("2020-01-01", 500), try measured("2021-01-01", 550))
        func sd() -> Double { VolumeChange(from: a, to: b, rule: rule).logSD }
        let plain = sd()
        a.fieldStrengthTesla = 1.5
        a.scanner = "A"
        a.hasContrast = false
        #expect(sd() == plain)
        (b.fieldStrengthTesla, b.scanner, b.hasContrast) = (1.494, "A", false)
        #expect(sd() == plain)
        b.fieldStrengthTesla = 3
        #expect(isClose(sd() * sd() - plain * plain, 0.03 * 0.03))
        (b.scanner, b.hasContrast) = ("B", true)
        #expect(isClose(sd() * sd() - plain * plain, 2 * 0.03 * 0.03 + 0.05 * 0.05))
    }

    @Test func `a large change that is not probable is possible growth without a flag`() throws {
        let small = GrowthCurve(try yearly([80, 100], sd: 0.25))
        let assessment = try #require(small.assessment())
        #expect(assessment.growthClass == .possibleGrowth)
        #expect(try #require(assessment.posterior).probabilityOfThreshold < 0.25)
        #expect(!assessment.isFlagged)
        var rule = GrowthRule()
        rule.flagProbability = 0
        #expect(small.assessment(by: rule)?.isFlagged == true)
    }

    @Test func `many exams together can say growing where the last alone cannot`() throws {
        let assessment = try #require(
            GrowthCurve(try yearly([100, 125, 150, 180, 215, 255, 300, 250], sd: 0.2)).assessment())
        #expect(try #require(assessment.posterior).probabilityOfThreshold > 0.95)
        #expect(assessment.growthClass == .growing)
    }

    @Test(
        "three rises in a row are progression, though never within two years of radiosurgery",
        arguments: [
            (["2020-06-01", "2021-01-01", "2021-12-01"], GrowthClass.lateSwelling),
            (["2020-06-01", "2021-06-01", "2022-06-01"], .progression),
        ])
    func rises(days: [String], expected: GrowthClass) throws {
        let exams =
            [try measured("2019-12-01", 1000)]
            + (try zip(days, [1200, 1500, 1900]).map { try measured($0.0, $0.1) })
        let curve = GrowthCurve(
            exams, treatments: [Treatment(kind: .radiosurgery, date: try day("2020-01-15"))])
        #expect(curve.assessment()?.growthClass == expected)
    }

    @Test(
        "the published risk of the coming year falls with the years without growth",
        arguments: [
            (0.0, 21.0), (1.2, 12), (2.0, 9), (3.9, 3), (4.5, 2), (9.0, 0.28), (20, 0.28),
        ])
    func risk(years: Double, percent: Double) {
        #expect(isClose(ConditionalRisk().percent(afterYears: years), percent))
        #expect(ConditionalRisk().percent(afterYears: 6.5) < 2)
    }
}
