import Testing
import VSTraining

struct StepRandomTests {
    @Test("a step's numbers depend on seed and step alone, and differ with either")
    func steps() {
        func first(_ seed: UInt64, _ step: Int) -> UInt64 {
            var random = StepRandom(seed: seed, step: step)
            return random.next()
        }
        #expect(first(1, 5) == first(1, 5))
        var seen = Set<UInt64>()
        for seed in 0..<20 as Range<UInt64> {
            for step in -1..<20 { seen.insert(first(seed, step)) }
        }
        #expect(seen.count == 20 * 21)
    }

    @Test("uniform, normal and yes-or-no draws have the moments they should")
    func moments() {
        var random = StepRandom(seed: 3, step: 4)
        let count = 20_000
        let uniform = (0..<count).map { _ in random.uniform(-1...3) }
        let normal = (0..<count).map { _ in random.normal() }
        let yes = (0..<count).count { _ in random.chance(0.3) }
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        // Four standard errors: 1.155 and 1 over the root of the count.
        #expect(abs(mean(uniform) - 1) < 0.033)
        #expect(uniform.allSatisfy { $0 >= -1 && $0 <= 3 })
        #expect(abs(mean(normal)) < 0.029)
        #expect(abs(mean(normal.map { $0 * $0 }) - 1) < 0.04)
        #expect(abs(mean(normal.map { $0 * $0 * $0 * $0 }) - 3) < 0.3)
        #expect(abs(Double(yes) / Double(count) - 0.3) < 0.013)
        #expect((0..<100).allSatisfy { _ in !random.chance(0) && random.chance(1) })
    }
}
