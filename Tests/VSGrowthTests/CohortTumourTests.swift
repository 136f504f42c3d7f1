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

    @Test("a last volume far off the line of the earlier ones breaks it; one on it does not")
    func breaks() throws {
        let steady = (0..<4).map { measurement(365 * $0, 1000) }
        let on = try #require(TrendBreak(steady + [measurement(1460, 1030)]))
        #expect(!on.isBeyondError)
        let off = try #require(TrendBreak(steady + [measurement(1460, 1700)]))
        #expect(off.isBeyondError && off.logDeviation > 0.5)
        // A growing tumour goes on growing: no break.
        let growing = [1000.0, 1200, 1440, 1728, 2073.6].enumerated().map {
            measurement(365 * $0.offset, $0.element)
        }
        let last = try #require(TrendBreak(growing))
        #expect(abs(last.logDeviation) < 1e-9 && !last.isBeyondError)
    }

    @Test("the prediction's error is that of the line and of the last volume")
    func breakError() throws {
        // Equal weights 1/s²: variance s² (1/3 + 2²/2) + s² for exams at 0, 1, 2 and the last at 3.
        let year = 365.25
        let exams = (0..<4).map { index in
            measurement(Int((Double(index) * year * 4).rounded()), 1000, sd: 0.1)
        }
        let found = try #require(TrendBreak(exams))
        #expect(abs(found.logSD - 0.1 * (1.0 / 3 + 2 + 1).squareRoot()) < 1e-9)
        #expect(TrendBreak(Array(exams.prefix(3))) == nil)
    }
}
