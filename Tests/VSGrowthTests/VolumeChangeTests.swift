import Foundation
import Testing
import VSGrowth

@Suite struct VolumeChangeTests {
    private let rule = GrowthRule()

    @Test func `every figure of a doubling over two years, by hand`() throws {
        let (a, b) = (try measured("2020-03-01", 500), try measured("2022-03-01", 1000))
        let change = VolumeChange(from: a, to: b, rule: rule)
        let years = 730 / 365.25
        let sigma = (2 * 0.05 * 0.05).squareRoot()
        #expect(change.from == a.date)
        #expect(change.to == b.date)
        #expect(change.percent == 100)
        #expect(isClose(change.logChange, log(2.0)))
        #expect(isClose(change.logSD, sigma))
        #expect(isClose(change.smallestDetectablePercent, 100 * (exp(1.96 * sigma) - 1)))
        #expect(change.probabilityOfGrowth > 0.999_999)
        #expect(isClose(try #require(change.specificGrowthRatePerYear), log(2.0) / years))
        #expect(isClose(try #require(change.doublingTimeYears), years))
        let annual = try #require(change.annualGrowthPercent)
        #expect(isClose(annual, 100 * (pow(2, 1 / years) - 1)))
        let rate = try #require(change.diameterRateMmPerYear)
        let diameters = (pow(6000 / Double.pi, 1.0 / 3), pow(3000 / Double.pi, 1.0 / 3))
        #expect(isClose(rate, (diameters.0 - diameters.1) / years))
    }

    @Test func `the probability of growth is that of the normal distribution`() throws {
        // ln 1.1 over sqrt 2 times 0.05 is 1.347898; its norm.cdf by SciPy:
        let change = VolumeChange(
            from: try measured("2020-01-01", 1000), to: try measured("2021-01-01", 1100), rule: rule
        )
        #expect(abs(change.probabilityOfGrowth - 0.9111530353857988) < 1e-12)
        let back = VolumeChange(
            from: try measured("2020-01-01", 1100), to: try measured("2021-01-01", 1000), rule: rule
        )
        #expect(isClose(change.probabilityOfGrowth + back.probabilityOfGrowth, 1))
    }

    @Test("a change of exactly the threshold is even odds", arguments: [0.02, 0.1, 0.4])
    func threshold(sd: Double) throws {
        let change = VolumeChange(
            from: try measured("2020-01-01", 500, sd: sd),
            to: try measured("2021-01-01", 600, sd: sd), rule: rule)
        #expect(isClose(change.percent, 20))
        #expect(isClose(change.probabilityOfThreshold, 0.5))
        #expect(change.probabilityOfGrowth > 0.5)
    }

    @Test func `growth and shrinkage by one factor have opposite rates`() throws {
        let (small, large) = (try measured("2020-01-01", 300), try measured("2021-01-01", 450))
        let up = VolumeChange(from: small, to: large, rule: rule)
        var (first, second) = (large, small)
        (first.date, second.date) = (small.date, large.date)
        let down = VolumeChange(from: first, to: second, rule: rule)
        #expect(isClose(up.logChange, -down.logChange))
        #expect(isClose(up.percent, 50))
        #expect(isClose(down.percent, -100.0 / 3))
        let times = (try #require(up.doublingTimeYears), try #require(down.doublingTimeYears))
        #expect(isClose(times.0, -times.1))
        #expect(times.1 < 0)
    }

    @Test(
        "exams closer than 90 days have a change and no rates",
        arguments: [(89, false), (90, true)])
    func closeExams(days: Int, hasRates: Bool) throws {
        let first = try measured("2022-01-01", 100)
        var second = try measured("2022-01-01", 200)
        second.date = ExamDate(dayNumber: first.date.dayNumber + days)
        let change = VolumeChange(from: first, to: second, rule: rule)
        #expect(change.percent == 100)
        #expect((change.specificGrowthRatePerYear != nil) == hasRates)
        #expect((change.annualGrowthPercent != nil) == hasRates)
        #expect((change.doublingTimeYears != nil) == hasRates)
        #expect((change.diameterRateMmPerYear != nil) == hasRates)
    }

    @Test func `a change within its error has a rate and no doubling time`() throws {
        let change = VolumeChange(
            from: try measured("2020-01-01", 1000), to: try measured("2021-01-01", 1050), rule: rule
        )
        #expect(change.specificGrowthRatePerYear != nil)
        #expect(change.doublingTimeYears == nil)
        let none = VolumeChange(
            from: try measured("2020-01-01", 1000), to: try measured("2021-01-01", 1000), rule: rule
        )
        #expect(none.percent == 0)
        #expect(none.probabilityOfGrowth == 0.5)
        #expect(none.doublingTimeYears == nil)
    }

    @Test(
        "another protocol widens the error",
        arguments: [
            ("T2 CISS", 1.5, false), ("T2 CISS", 1.6, false), ("T2 CISS", 1.4, false),
            ("T2 TSE", 1.5, true), ("T2 CISS", 1.7, true), ("T2 CISS", 1.3, true),
        ])
    func protocolChange(sequence: String, slices: Double, isOther: Bool) throws {
        let change = VolumeChange(
            from: try measured("2020-01-01", 1000),
            to: try measured("2021-01-01", 1100, sequence: sequence, slices: slices), rule: rule)
        let variance = 2 * 0.05 * 0.05 + (isOther ? 0.05 * 0.05 : 0)
        #expect(isClose(change.logSD, variance.squareRoot()))
    }

    @Test func `measurements without error are certain`() throws {
        func probability(_ second: Double) throws -> (Double, Double) {
            let change = VolumeChange(
                from: try measured("2020-01-01", 100, sd: 0),
                to: try measured("2021-01-01", second, sd: 0), rule: rule)
            return (change.probabilityOfGrowth, change.probabilityOfThreshold)
        }
        #expect(try probability(130) == (1, 1))
        #expect(try probability(110) == (1, 0))
        #expect(try probability(100) == (0.5, 0))
        #expect(try probability(90) == (0, 0))
    }
}
