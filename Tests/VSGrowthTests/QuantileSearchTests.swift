import Testing
import VSGrowth

@Suite struct QuantileSearchTests {
    /// Bisection would ask so often.
    private static let bisections = 36

    @Test(
        "quantiles of the normal distribution, in half of bisection's evaluations or fewer",
        arguments: [(0.025, -1.959963984540054), (0.5, 0.0), (0.975, 1.959963984540054)],
        [0.02, 0.3, 2.0])
    func normal(expected: (p: Double, z: Double), sd: Double) {
        var asked = 0
        let found = QuantileSearch.value(at: expected.p, in: -12...12) {
            asked += 1
            return NormalDistribution.cumulative(($0 - 0.7) / sd)
        }
        #expect(abs(found - (0.7 + sd * expected.z)) < 1e-9)
        #expect(asked <= Self.bisections / 2)
    }

    @Test("a jump is found as surely as by bisection", arguments: [-7.3, 0, 11.2])
    func jump(place: Double) {
        var asked = 0
        let found = QuantileSearch.value(at: 0.4, in: -12...12) {
            asked += 1
            return $0 < place ? 0.1 : 0.9
        }
        #expect(abs(found - place) < 1e-9)
        #expect(asked <= Self.bisections + 2)
    }

    @Test("two courses far apart") func mixture() {
        let found = QuantileSearch.value(at: 0.3, in: -5...25) {
            0.5 * NormalDistribution.cumulative(($0 - 2) / 0.05)
                + 0.5 * NormalDistribution.cumulative(($0 - 9) / 0.05)
        }
        // At 0.6 of the first.
        #expect(abs(found - (2 + 0.05 * 0.2533471031357997)) < 1e-9)
    }

    @Test("what is no number ends, too") func notANumber() {
        #expect(QuantileSearch.value(at: 0.5, in: -12...12) { _ in .nan }.isFinite)
    }
}
