import Testing
import VSGrowth

/// Numbers by SciPy 1.17.1 and NumPy: `scipy.stats.t.ppf`, and Bland and Altman's formulas on
/// `numpy.log(model / person)` with `std(ddof=1)`.
struct LimitsOfAgreementTests {
    private static let pairs: [(first: Double, second: Double)] = [
        (105, 100), (230, 250), (410, 400), (880, 900), (1500, 1400), (95, 110), (640, 600),
        (2100, 2000), (320, 350), (150, 140),
    ]

    @Test(
        "quantiles of Student's t",
        arguments: [
            (0.975, 9.0, 2.26215716), (0.975, 1, 12.706204736174694), (0.975, 2.5, 3.57465484),
            (0.95, 30, 1.697260886593957), (0.6, 4, 0.2707222947075976),
            (0.975, 1e4, 1.960201239890626), (0.5, 3, 0), (0.025, 9, -2.26215716),
        ])
    func student(p: Double, n: Double, expected: Double) {
        #expect(abs(StudentT.quantile(p, degreesOfFreedom: n) - expected) < 2e-8)
    }

    @Test("a probability of 0 or 1, or no degree of freedom, has no quantile")
    func studentEdges() {
        #expect(StudentT.quantile(1, degreesOfFreedom: 4).isNaN)
        #expect(StudentT.quantile(0.9, degreesOfFreedom: 0).isNaN)
    }

    @Test("bias, limits and their intervals are those of an independent computation")
    func example() throws {
        let limits = try #require(LimitsOfAgreement(Self.pairs))
        func check(
            _ estimate: LimitsOfAgreement.Estimate, _ value: Double, _ low: Double, _ high: Double
        ) {
            #expect(abs(estimate.value - value) < 1e-9)
            #expect(abs(estimate.low - low) < 1e-8)
            #expect(abs(estimate.high - high) < 1e-8)
        }
        #expect(limits.count == 10)
        #expect(abs(limits.logSD - 0.07888567184795657) < 1e-12)
        check(limits.bias, -0.001727289263196269, -0.05815869940176764, 0.0547041208753751)
        check(limits.lower, -0.15634320608519114, -0.2562478774523509, -0.05643853471803137)
        check(limits.upper, 0.15288862755879862, 0.05298395619163884, 0.25279329892595837)
        #expect(abs(limits.upper.percent.value - 16.5194) < 1e-3)
    }

    @Test("swapping model and person mirrors everything")
    func mirrored() throws {
        let one = try #require(LimitsOfAgreement(Self.pairs))
        let other = try #require(
            LimitsOfAgreement(Self.pairs.map { (first: $0.second, second: $0.first) }))
        #expect(abs(one.bias.value + other.bias.value) < 1e-12)
        #expect(abs(one.lower.low + other.upper.high) < 1e-12)
    }

    @Test("one pair, or a volume that is no positive number, has no limits")
    func refused() {
        #expect(LimitsOfAgreement([(first: 100, second: 90)]) == nil)
        #expect(LimitsOfAgreement([(first: 100, second: 0), (first: 1, second: 2)]) == nil)
        #expect(LimitsOfAgreement([(first: .infinity, second: 1), (first: 1, second: 2)]) == nil)
    }

    @Test("bands go by the geometric mean")
    func bands() {
        #expect(AgreementBand(first: 100, second: 399) == .small)
        #expect(AgreementBand(first: 100, second: 400) == .medium)
        #expect(AgreementBand(first: 1000, second: 1000) == .large)
    }

    @Test("quantiles interpolate between order statistics, as numpy.quantile does")
    func quantiles() throws {
        let values = [0.4, -0.3, 0.16, 0.1, 0.08, 0.02, -0.05]
        let expected = [-0.225, -0.015, 0.08, 0.13, 0.328]
        for (p, value) in zip([0.05, 0.25, 0.5, 0.75, 0.95], expected) {
            #expect(abs(try #require(Quantile.of(values, p)) - value) < 1e-12)
        }
        #expect(Quantile.of([], 0.5) == nil && Quantile.of([7], 0.9) == 7)
    }
}
