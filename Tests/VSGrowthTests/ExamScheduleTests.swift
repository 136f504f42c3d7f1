import Testing
import VSGrowth

@Suite struct ExamScheduleTests {
    private func next(
        first: String = "2020-01-01", last: String, class growthClass: GrowthClass = .stable,
        treatment: Treatment? = nil, probability: Double? = nil
    ) throws -> String? {
        ExamSchedule().next(
            after: try day(last), first: try day(first), isFlagged: growthClass.isFlagged,
            treatment: treatment, probabilityOfGrowth: probability)?.iso
    }

    @Test(
        "untreated: half a year, yearly to year five, every second year to year nine, then none",
        arguments: [
            ("2020-01-01", "2020-07-01"), ("2020-07-01", "2021-07-01"),
            ("2021-07-01", "2022-07-01"), ("2024-07-01", "2025-07-01"),
            ("2025-07-01", "2027-07-01"), ("2028-12-01", "2030-12-01"), ("2029-07-01", nil),
        ])
    func untreated(last: String, expected: String?) throws {
        #expect(try next(last: last) == expected)
    }

    @Test("growth brings the next exam forward to half a year", arguments: GrowthClass.allCases)
    func flagged(growthClass: GrowthClass) throws {
        let expected = growthClass.isFlagged ? "2023-07-01" : "2024-01-01"
        #expect(try next(last: "2023-01-01", class: growthClass) == expected)
        let late = growthClass.isFlagged ? "2034-07-01" : nil
        #expect(try next(last: "2034-01-01", class: growthClass) == late)
    }

    @Test func `so does a probability of growth of nine in ten`() throws {
        #expect(try next(last: "2023-01-01", probability: 0.9) == "2023-07-01")
        #expect(try next(last: "2023-01-01", probability: 0.89) == "2024-01-01")
        let curve = GrowthCurve(try yearly([500, 550]))  // P = 0.911, within error
        let assessment = try #require(curve.assessment())
        #expect(assessment.growthClass == .stable)
        #expect(assessment.nextExam?.iso == "2019-07-01")
    }

    @Test(
        "after a treatment: 6, 12, 24 and 36 months, then yearly",
        arguments: [
            ("2020-01-01", "2020-07-15"), ("2020-06-20", "2021-01-15"),
            ("2020-12-20", "2022-01-15"), ("2022-01-15", "2023-01-15"),
            ("2023-01-20", "2024-01-20"), ("2030-01-20", "2031-01-20"),
        ])
    func treated(last: String, expected: String) throws {
        let treatment = Treatment(kind: .radiosurgery, date: try day("2020-01-15"))
        #expect(try next(last: last, treatment: treatment) == expected)
        #expect(try next(last: last, class: .shrinking, treatment: treatment) == expected)
    }

    @Test func `growth past the time of swelling is seen again in half a year`() throws {
        let treatment = Treatment(kind: .radiosurgery, date: try day("2020-01-15"))
        let growing = try next(last: "2024-02-01", class: .growing, treatment: treatment)
        #expect(growing == "2024-08-01")
    }
}
