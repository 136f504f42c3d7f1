import Testing
import VSGrowth

@Suite struct NormalDistributionTests {
    @Test(
        "the distribution equals its tabulated values",
        arguments: [
            (0.0, 0.5), (1.0, 0.8413447460685429), (1.959963984540054, 0.975),
            (-3.0, 0.0013498980316300933),
        ])
    func table(z: Double, p: Double) {
        #expect(abs(NormalDistribution.cumulative(z) - p) < 1e-12)
    }
}
