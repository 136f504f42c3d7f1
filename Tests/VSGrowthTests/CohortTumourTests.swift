import Testing
import VSGrowth

struct CohortTumourTests {
    private func measurement(
        _ day: Int, _ volume: Double, model: String = "m", sd: Double = 0.05
    ) -> VolumeMeasurement {
        VolumeMeasurement(
            date: ExamDate(dayNumber: 18_000 + day), volumeMm3: volume, relativeSD: sd,
            model: model, sliceSpacingMm: 1)
    }

    @Test("growth counts at the first exam that shows it, and watching ends there")
    func grown() throws {
        let curve = GrowthCurve([
            measurement(0, 1000), measurement(365, 1020), measurement(731, 1400),
            measurement(1096, 1500),
        ])
        let tumour = try #require(CohortTumour(curve, rule: .init()))
        #expect(tumour.grownOn == ExamDate(dayNumber: 18_731))
        #expect(tumour.observation.hasGrown)
        #expect(abs(tumour.observation.years - 731 / 365.25) < 1e-12)
        #expect(tumour.exams == 4)
    }

    @Test("watching ends at the first treatment")
    func treated() throws {
        let treatment = Treatment(kind: .radiosurgery, date: ExamDate(dayNumber: 18_400))
        let curve = GrowthCurve(
            [measurement(0, 1000), measurement(365, 1020), measurement(731, 2000)],
            treatments: [treatment])
        let tumour = try #require(CohortTumour(curve, rule: .init()))
        #expect(tumour.grownOn == nil && tumour.exams == 2)
        #expect(tumour.lastExam == ExamDate(dayNumber: 18_365))
    }

    @Test("one exam, or two of different models, is nothing to watch")
    func tooFew() {
        #expect(CohortTumour(GrowthCurve([measurement(0, 1000)]), rule: .init()) == nil)
        let mixed = GrowthCurve([measurement(0, 1000), measurement(400, 1000, model: "n")])
        #expect(CohortTumour(mixed, rule: .init()) == nil)
        #expect(CohortTumour(GrowthCurve([]), rule: .init()) == nil)
    }
}
