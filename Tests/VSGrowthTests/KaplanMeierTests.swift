import Testing
import VSGrowth

/// Against the 6-mercaptopurine arm of Freireich 1963, a standard example of survival analysis.
///
/// Estimates and intervals by SciPy 1.17.1 (`scipy.stats.ecdf` of right-censored data, `.sf`, method
/// log-log).
struct KaplanMeierTests {
    private static let remissions: [(Double, Bool)] = [
        (6, true), (6, true), (6, true), (7, true), (10, true), (13, true), (16, true), (22, true),
        (23, true), (6, false), (9, false), (10, false), (11, false), (17, false), (19, false),
        (20, false), (25, false), (32, false), (32, false), (34, false), (35, false),
    ]
    /// SciPy takes the exact normal quantile for 1.96.
    private static let tolerance = 2e-5

    private let estimate = KaplanMeier(
        remissions.map { Observation(years: $0.0, hasGrown: $0.1) })

    @Test("survival and its intervals are those of an independent implementation")
    func textbook() throws {
        let expected: [(Double, Int, Double, Double, Double)] = [
            (6, 21, 0.85714286, 0.61971796, 0.95155175),
            (7, 17, 0.80672269, 0.56314656, 0.92280902),
            (10, 15, 0.75294118, 0.50319951, 0.88936184),
            (13, 12, 0.69019608, 0.43161022, 0.84906596),
            (16, 11, 0.62745098, 0.36751086, 0.80491219),
            (22, 7, 0.53781513, 0.26777894, 0.74679072),
            (23, 6, 0.44817927, 0.18805201, 0.68014263),
        ]
        #expect(estimate.steps.count == expected.count)
        for (step, (years, atRisk, survival, low, high)) in zip(estimate.steps, expected) {
            #expect(step.years == years && step.atRisk == atRisk)
            #expect(abs(step.survival - survival) < 1e-8)
            #expect(abs(step.low - low) < Self.tolerance, "\(step)")
            #expect(abs(step.high - high) < Self.tolerance, "\(step)")
        }
        #expect(estimate.medianYears == 23)
        #expect(estimate.atRisk(years: 6) == 21 && estimate.atRisk(years: 6.5) == 17)
    }

    @Test("the order of observations does not matter, and negative times are left out")
    func order() {
        let turned = KaplanMeier(
            Self.remissions.reversed().map { Observation(years: $0.0, hasGrown: $0.1) }
                + [Observation(years: -1, hasGrown: true)])
        #expect(turned == estimate)
    }

    @Test("a year's risk is that of the tumours that had not grown when it began")
    func conditional() throws {
        // Ten tumours: two grow in year 1, two of the eight left in year 2; nothing in year 3.
        let tumours =
            [0.4, 0.8, 1.2, 1.9].map { Observation(years: $0, hasGrown: true) }
            + (0..<6).map { _ in Observation(years: 3.5, hasGrown: false) }
        let watched = KaplanMeier(tumours)
        let first = try #require(watched.conditionalRisk(inYear: 1))
        #expect(abs(first.risk - 0.2) < 1e-12 && first.atRisk == 10)
        let second = try #require(watched.conditionalRisk(inYear: 2))
        #expect(abs(second.risk - 0.25) < 1e-12 && second.atRisk == 8)
        let low = try #require(second.low)
        let high = try #require(second.high)
        // 2 of 8: S = 0.75, Greenwood 1/8/7 + 1/7/6 = 0.0416667; exponents exp(±1.96 sqrt(v) / ln S).
        #expect(abs(low - 0.0691) < 1e-4 && abs(high - 0.6852) < 1e-4, "\(low) \(high)")
        let third = try #require(watched.conditionalRisk(inYear: 3))
        #expect(third.risk == 0 && third.low == nil && third.atRisk == 6)
        #expect(watched.conditionalRisk(inYear: 5) == nil)
    }

    @Test("nothing watched, and all grown, are no division by zero")
    func edges() throws {
        let none = KaplanMeier([])
        #expect(none.steps.isEmpty && none.medianYears == nil)
        #expect(none.conditionalRisk(inYear: 1) == nil)
        let all = KaplanMeier([Observation(years: 1, hasGrown: true)])
        #expect(all.steps.map(\.survival) == [0])
        #expect(all.conditionalRisk(inYear: 2) == nil)
        #expect(try #require(all.conditionalRisk(inYear: 1)).risk == 1)
    }
}
