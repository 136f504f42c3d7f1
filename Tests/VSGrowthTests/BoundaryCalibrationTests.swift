import Foundation
import Testing
import VSGrowth

/// A model's boundary error from tumours measured twice.
struct BoundaryCalibrationTests {
    private static func diameterMm(_ volumeMm3: Double) -> Double {
        pow(6 * volumeMm3 / .pi, 1.0 / 3)
    }

    /// A pair about a volume whose logarithms differ by `difference`.
    private static func pair(
        _ mm3: Double, _ difference: Double, slices: Double = 1.5, change: Double = 0
    ) -> BoundaryCalibration.Pair {
        .init(
            firstMm3: mm3 * exp(-difference / 2), secondMm3: mm3 * exp(difference / 2),
            firstSliceSpacingMm: slices, secondSliceSpacingMm: slices, trueLogChange: change)
    }

    /// Pairs drawn from the error model itself, written down anew.
    private static func drawn(
        _ count: Int, delta: Double, slices: Double, from random: inout Normal
    ) -> [BoundaryCalibration.Pair] {
        (0..<count).map { _ in
            let mm3 = exp(log(80) + random.uniform() * log(50))
            let d = diameterMm(mm3)
            let boundary = 6 * delta / d
            let slice = 0.4 * pow(slices / d, 2)
            let sd = (2 * (boundary * boundary + slice * slice)).squareRoot()
            return pair(mm3, sd * random.next(), slices: slices)
        }
    }

    /// A prior that knows no gross errors.
    private static var sure: GrowthPrior {
        var prior = GrowthPrior()
        prior.grossErrorShare = 0
        return prior
    }

    @Test("without slices and gross errors delta is the root of the mean of D² d² / 72")
    func closedForm() throws {
        let pairs = [
            (100.0, 0.2), (150, -0.31), (400, 0.1), (900, -0.05), (50, 0.4), (70, 0.02),
            (3000, 0.09), (5000, -0.04), (640, 0.11),
        ]
        let result = try #require(
            BoundaryCalibration(
                pairs.map { Self.pair($0.0, $0.1, slices: 0) }, prior: Self.sure))
        #expect(result.grossErrorShare == 0 && result.grossPairs == 0)
        #expect(isClose(result.allAsBoundaryMm, result.boundarySDMm, 1e-9))
        let sum = pairs.reduce(0) { $0 + pow($1.1 * Self.diameterMm($1.0), 2) / 72 }
        #expect(isClose(result.boundarySDMm, (sum / Double(pairs.count)).squareRoot(), 1e-6))
        // Of a normal scale alone the interval is known: n (x - ln x - 1) = 3.84, x = (delta / end)².
        for end in [result.lowMm, result.highMm] {
            let x = pow(result.boundarySDMm / end, 2)
            #expect(abs(Double(pairs.count) * (x - log(x) - 1) - 3.841_459) < 1e-3)
        }
        #expect(result.lowMm < result.boundarySDMm && result.boundarySDMm < result.highMm)
        #expect(result.pairs == pairs.count)
    }

    @Test("the 95 % interval holds the true delta in about 95 of 100 sets")
    func coverage() throws {
        var random = Normal(seed: 11)
        var held = 0
        for _ in 0..<200 {
            let result = try #require(
                BoundaryCalibration(Self.drawn(30, delta: 0.18, slices: 1.5, from: &random)))
            if (result.lowMm...result.highMm).contains(0.18) { held += 1 }
        }
        // Binomial, 190 expected: 180 to 198 is beyond three standard deviations on either side.
        #expect((180...198).contains(held), "seed 11: \(held)")
    }

    @Test("many pairs give the delta they were drawn with")
    func recovered() throws {
        var random = Normal(seed: 5)
        for delta in [0.08, 0.2, 0.5] {
            let result = try #require(
                BoundaryCalibration(Self.drawn(2000, delta: delta, slices: 1.2, from: &random)))
            // Two standard errors of a scale from 2000 normal numbers are 3.2 %.
            #expect(abs(result.boundarySDMm / delta - 1) < 0.06, "seed 5, \(delta)")
            #expect(abs(result.withinPercent - 95) < 2)
        }
    }

    @Test("which scan is the first does not matter, but for the bias's sign")
    func swapped() throws {
        var random = Normal(seed: 3)
        let pairs = Self.drawn(20, delta: 0.2, slices: 2, from: &random)
        let other = pairs.map {
            BoundaryCalibration.Pair(
                firstMm3: $0.secondMm3, secondMm3: $0.firstMm3,
                firstSliceSpacingMm: $0.secondSliceSpacingMm,
                secondSliceSpacingMm: $0.firstSliceSpacingMm)
        }
        let (a, b) = (
            try #require(BoundaryCalibration(pairs)), try #require(BoundaryCalibration(other))
        )
        #expect(isClose(a.boundarySDMm, b.boundarySDMm, 1e-6))
        #expect(isClose(a.biasStandardErrors, -b.biasStandardErrors, 1e-6))
    }

    @Test("a known change is no error")
    func knownChange() throws {
        let plain = (0..<10).map { Self.pair(300, $0.isMultiple(of: 2) ? 0.1 : -0.1) }
        let grown = (0..<10).map {
            Self.pair(300, ($0.isMultiple(of: 2) ? 0.1 : -0.1) + 0.7, change: 0.7)
        }
        let (a, b) = (
            try #require(BoundaryCalibration(plain)), try #require(BoundaryCalibration(grown))
        )
        #expect(isClose(a.boundarySDMm, b.boundarySDMm, 1e-6))
        #expect(abs(b.biasStandardErrors) < 1e-6)
    }

    @Test("where the slices explain all, the interval begins at the least that is looked for")
    func slicesAlone() throws {
        let result = try #require(
            BoundaryCalibration((0..<12).map { _ in Self.pair(60, 0.01, slices: 3) }))
        #expect(result.lowMm == 0.001)
        #expect(result.highMm < 0.2)
    }

    @Test("a failure is taken for one, and not for an unsure boundary of all")
    func gross() throws {
        let usual = (0..<20).map { Self.pair(400, $0.isMultiple(of: 2) ? 0.1 : -0.1) }
        let plain = try #require(BoundaryCalibration(usual))
        #expect(plain.grossPairs == 0 && plain.grossErrorShare < 0.02)
        let mixed = try #require(BoundaryCalibration(usual + [Self.pair(400, 1.4)]))
        #expect(mixed.grossPairs == 1 && mixed.grossErrorShare > plain.grossErrorShare)
        #expect(isClose(mixed.boundarySDMm, plain.boundarySDMm, 1e-6))
        #expect(mixed.allAsBoundaryMm > 2 * plain.boundarySDMm)
        #expect(mixed.biasStandardErrors < 1)
    }

    @Test("delta and the share of gross errors that pairs were drawn with come out again")
    func mixture() throws {
        var random = Normal(seed: 8)
        let pairs = Self.drawn(3000, delta: 0.18, slices: 1.2, from: &random).map { pair in
            var pair = pair
            // Either scan fails with probability 0.04, by 0.5 of ln V.
            for scan in [\BoundaryCalibration.Pair.firstMm3, \.secondMm3]
            where random.uniform() < 0.04 {
                pair[keyPath: scan] *= exp(0.5 * random.next())
            }
            return pair
        }
        let result = try #require(BoundaryCalibration(pairs))
        // Failures too small to be told stay in delta.
        #expect((0.17...0.20).contains(result.boundarySDMm), "\(result.boundarySDMm)")
        #expect((0.02...0.045).contains(result.grossErrorShare), "\(result.grossErrorShare)")
        #expect(result.allAsBoundaryMm > 0.24, "\(result.allAsBoundaryMm)")
    }

    @Test("the share is the likeliest of the three cases' density, written down anew")
    func density() throws {
        let differences = [0.1, -0.2, 0.05, 0.3, -0.12, 0.02, -0.04, 0.9, 0.15, -0.07]
        let result = try #require(
            BoundaryCalibration(differences.map { Self.pair(500, $0, slices: 0) }))
        // 0.9 is the failure; delta is of the others alone.
        let d = Self.diameterMm(500)
        let others = differences.filter { $0 < 0.9 }
        let delta = (others.reduce(0) { $0 + $1 * $1 } / 9 * d * d / 72).squareRoot()
        #expect(result.grossPairs == 1)
        #expect(isClose(result.boundarySDMm, delta, 1e-6))
        // The best of a fine grid, by the formula of docs/GROWTH.md.
        func normal(_ x: Double, _ v: Double) -> Double { exp(-x * x / v / 2) / v.squareRoot() }
        let v = 72 * delta * delta / (d * d)
        let values = (1...3000).map { step -> (share: Double, value: Double) in
            let p = 0.0001 * Double(step)
            let likelihood = differences.reduce(log(p) + 99 * log(1 - p)) { sum, x in
                let none = (1 - p) * (1 - p) * normal(x, v)
                let one = 2 * p * (1 - p) * normal(x, v + 0.25)
                return sum + log(none + one + p * p * normal(x, v + 0.5))
            }
            return (p, likelihood)
        }
        let best = try #require(values.max { $0.value < $1.value })
        #expect(abs(result.grossErrorShare - best.share) < 0.0002)
    }

    @Test("too few pairs, or one without a volume, give no delta")
    func refused() {
        #expect(BoundaryCalibration((0..<7).map { _ in Self.pair(100, 0.1) }) == nil)
        var pairs = (0..<9).map { _ in Self.pair(100, 0.1) }
        #expect(BoundaryCalibration(pairs) != nil)
        pairs[3].secondMm3 = 0
        #expect(BoundaryCalibration(pairs) == nil)
    }
}

/// Normal numbers from a seed: a linear congruential generator (Knuth's MMIX) and Box and Muller.
struct Normal {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func uniform() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (Double(state >> 11) + 0.5) / 9_007_199_254_740_992
    }

    mutating func next() -> Double {
        (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform())
    }
}
