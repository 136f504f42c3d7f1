import Testing
import VSGrowth

/// Epochs, swelling after radiosurgery, and surgery.
@Suite struct TreatmentTests {
    private func radiosurgery(_ iso: String) throws -> Treatment {
        Treatment(kind: .radiosurgery, date: try day(iso))
    }

    private func assessment(
        _ exams: [(String, Double)], _ treatments: [Treatment]
    ) throws -> GrowthAssessment {
        let measurements = try exams.map { try measured($0.0, $0.1) }
        return try #require(GrowthCurve(measurements, treatments: treatments).assessment())
    }

    @Test(
        "enlargement after radiosurgery is named by the time since",
        arguments: [
            ("2021-01-20", GrowthClass.earlySwelling), ("2022-01-15", .earlySwelling),
            ("2022-01-16", .lateSwelling), ("2024-01-15", .lateSwelling),
            ("2024-01-16", .progression),
        ])
    func swelling(last: String, expected: GrowthClass) throws {
        let result = try assessment(
            [("2018-12-01", 500), ("2020-12-01", 1000), (last, 1500)],
            [radiosurgery("2021-01-15")])
        #expect(result.growthClass == expected)
        #expect(result.isFlagged)
        #expect(result.againstBaseline?.from.iso == "2020-12-01")
    }

    @Test func `the first year ends on its calendar day, leap year or not`() throws {
        let result = try assessment(
            [("2023-12-01", 1000), ("2025-01-15", 1500)], [radiosurgery("2024-01-15")])
        #expect(result.growthClass == .earlySwelling)
    }

    @Test func `swelling that passes is followed to shrinking`() throws {
        let treatment = try radiosurgery("2020-02-01")
        let exams = [
            ("2019-12-01", 1000.0), ("2020-08-01", 1350), ("2021-02-15", 1280),
            ("2022-02-01", 900), ("2023-02-01", 600),
        ]
        let expected: [GrowthClass] = [
            .baseline, .earlySwelling, .lateSwelling, .stable, .shrinking,
        ]
        for (count, growthClass) in zip(1..., expected) {
            let result = try assessment(Array(exams.prefix(count)), [treatment])
            #expect(result.growthClass == growthClass, "after \(count) exams")
            #expect(!result.sentence.contains("progression"))
            #expect(result.outlier == nil)
        }
    }

    @Test func `regrowth after treatment is judged against the smallest volume`() throws {
        let result = try assessment(
            [("2018-01-10", 1000), ("2020-01-10", 500), ("2021-01-10", 520), ("2022-06-10", 700)],
            [radiosurgery("2018-02-01")])
        #expect(result.growthClass == .growing)
        #expect(result.sentence.contains("the smallest volume of 2020-01-10"))
        #expect(result.againstBaseline.map { isClose($0.percent, -30) } == true)
    }

    @Test func `growth before a treatment is not counted after it`() throws {
        let result = try assessment(
            [("2017-01-01", 200), ("2018-01-10", 1000), ("2019-01-10", 1010)],
            [radiosurgery("2018-02-01")])
        #expect(result.growthClass == .stable)
        #expect(result.compared.map(\.volumeMm3) == [1000, 1010])
        #expect(result.treatment?.kind == .radiosurgery)
    }

    @Test(
        "the planning exam is at most half a year old, and may be of the day itself",
        arguments: [("2017-07-01", 1), ("2017-09-01", 2), ("2018-02-01", 2)])
    func planning(date: String, compared: Int) throws {
        let result = try assessment(
            [(date, 1000), ("2019-01-10", 1010)], [radiosurgery("2018-02-01")])
        #expect(result.compared.count == compared)
        #expect(result.growthClass == (compared == 1 ? .baseline : .stable))
    }

    @Test func `a treatment after the last exam changes nothing yet`() throws {
        let exams = [("2017-01-01", 500.0), ("2018-01-01", 700)]
        let result = try assessment(exams, [radiosurgery("2018-02-01")])
        #expect(result.growthClass == .growing)
        #expect(result.treatment == nil)
    }

    @Test func `after surgery no volume is judged, radiosurgery since or not`() throws {
        let surgery = Treatment(kind: .surgery, date: try day("2019-06-01"))
        let exams = [("2019-01-01", 9000.0), ("2020-01-01", 800), ("2021-01-01", 1600)]
        let result = try assessment(exams, [surgery])
        #expect(result.growthClass == .outOfScope)
        #expect(!result.isFlagged)
        #expect(result.compared.map(\.volumeMm3) == [800, 1600])
        #expect(result.sentence.contains("surgery on 2019-06-01"))
        let later = try assessment(exams, [radiosurgery("2020-06-01"), surgery])
        #expect(later.growthClass == .outOfScope)
        #expect(later.sentence.contains("surgery on 2019-06-01"))
    }

    @Test func `a new epoch has a baseline of its own`() throws {
        let result = try assessment(
            [("2016-01-01", 400), ("2017-01-01", 800), ("2019-01-01", 500)],
            [radiosurgery("2017-08-01")])
        #expect(result.growthClass == .baseline)
        #expect(result.compared.map(\.volumeMm3) == [500])
        #expect(result.leftOut == 0)
    }
}
