import Testing
import VSGrowth

/// Worked cases: what a series of volumes amounts to before any treatment.
@Suite struct GrowthClassTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let volumes: [Double]
        var sd = 0.05
        let expected: GrowthClass
    }

    /// Exams a year apart; sigma of a change is sd times sqrt 2, and is exceeded at 1.96 times it:
    /// at sd 0.05 by +14.9 % or -13.0 %, at sd 0.15 by +51.6 % or -34.0 %.
    static let cases = [
        Case(testDescription: "one exam", volumes: [500], expected: .baseline),
        Case(testDescription: "no change", volumes: [500, 500], expected: .stable),
        Case(testDescription: "+10 %, within error", volumes: [500, 550], expected: .stable),
        Case(testDescription: "-10 %, within error", volumes: [500, 450], expected: .stable),
        Case(testDescription: "+30 %, sure", volumes: [500, 650], expected: .growing),
        Case(testDescription: "+20 % exactly, sure", volumes: [500, 600], expected: .growing),
        Case(testDescription: "+19 %, sure", volumes: [500, 595], expected: .possibleGrowth),
        Case(
            testDescription: "+30 %, unsure", volumes: [500, 650], sd: 0.15,
            expected: .possibleGrowth),
        Case(testDescription: "-30 %, sure", volumes: [500, 350], expected: .shrinking),
        Case(testDescription: "-20 % exactly, sure", volumes: [500, 400], expected: .shrinking),
        Case(testDescription: "-16 %, sure", volumes: [500, 420], expected: .possibleShrinkage),
        Case(
            testDescription: "-30 %, unsure", volumes: [500, 350], sd: 0.15,
            expected: .possibleShrinkage),
        Case(testDescription: "doubled in a year", volumes: [500, 1010], expected: .rapid),
        Case(
            testDescription: "doubled in two years", volumes: [500, 720, 1000],
            expected: .growing),
        Case(
            testDescription: "4 mm in a year", volumes: [8000, 13700], sd: 0.02,
            expected: .rapid),
        Case(
            testDescription: "large tumour, +30 %", volumes: [8000, 10400], sd: 0.02,
            expected: .growing),
        Case(
            testDescription: "8 % a year for five years",
            volumes: [500, 540, 583, 630, 680, 735], sd: 0.06, expected: .growing),
        Case(
            testDescription: "rising trend under 20 %", volumes: [500, 520, 545, 567], sd: 0.04,
            expected: .possibleGrowth),
        Case(
            testDescription: "falling trend under 20 %", volumes: [567, 545, 520, 500], sd: 0.04,
            expected: .possibleShrinkage),
        Case(
            testDescription: "up and back again", volumes: [500, 560, 500], expected: .stable),
    ]

    @Test("a series has its class", arguments: cases)
    func untreated(row: Case) throws {
        let curve = GrowthCurve(try yearly(row.volumes, sd: row.sd))
        let assessment = try #require(curve.assessment())
        #expect(assessment.growthClass == row.expected, "\(assessment.sentence)")
        let isGrowth: Set<GrowthClass> = [.growing, .rapid, .possibleGrowth]
        #expect(assessment.isFlagged == isGrowth.contains(row.expected))
    }

    @Test func `creep is seen against baseline though no exam grew since the last`() throws {
        let curve = GrowthCurve(try yearly([500, 540, 583, 630, 680, 735], sd: 0.06))
        let assessment = try #require(curve.assessment())
        #expect(assessment.isCreeping)
        #expect(try #require(assessment.againstPrevious).percent < 9)
        #expect(try #require(assessment.againstBaseline).percent == 47)
        #expect(
            assessment.sentence.contains(
                "no step from exam to exam reached 20 %, but all together did"))
        let jump = try #require(GrowthCurve(try yearly([500, 510, 700])).assessment())
        #expect(!jump.isCreeping)
    }

    @Test func `baseline, previous and nadir are three exams`() throws {
        let curve = GrowthCurve(try yearly([500, 400, 450, 560]).reversed())
        let assessment = try #require(curve.assessment())
        let from = [
            assessment.againstBaseline?.from, assessment.againstNadir?.from,
            assessment.againstPrevious?.from,
        ]
        #expect(from.map { $0?.iso } == ["2018-01-01", "2019-01-01", "2020-01-01"])
        #expect(assessment.againstBaseline.map { isClose($0.percent, 12) } == true)
        #expect(assessment.againstNadir.map { isClose($0.percent, 40) } == true)
        #expect(assessment.compared.map(\.volumeMm3) == [500, 400, 450, 560])
        // Untreated tumours are judged against baseline.
        #expect(assessment.growthClass == .stable)
        #expect(assessment.sentence.contains("baseline of 2018-01-01"))
    }

    @Test func `the last exam is never its own nadir`() throws {
        let assessment = try #require(GrowthCurve(try yearly([500, 450, 300])).assessment())
        #expect(assessment.againstNadir?.from.iso == "2019-01-01")
        #expect(assessment.growthClass == .shrinking)
        let single = try #require(GrowthCurve(try yearly([500])).assessment())
        #expect(single.againstBaseline == nil)
        #expect(single.againstPrevious == nil)
        #expect(single.againstNadir == nil)
        #expect(single.trend == nil)
    }

    @Test func `volumes of two models are never compared`() throws {
        let old = try yearly([500, 520])
        var new = try measured("2020-01-01", 900)
        new.model = "b 2"
        let alone = try #require(GrowthCurve(old + [new]).assessment())
        #expect(alone.growthClass == .notComparable)
        #expect(alone.compared == [new])
        #expect(alone.leftOut == 2)
        #expect(alone.againstBaseline == nil)
        #expect(alone.trend == nil)
        #expect(!alone.isFlagged)
        #expect(alone.sentence.contains("another model"))
        var next = try measured("2021-01-01", 910)
        next.model = "b 2"
        let both = try #require(GrowthCurve(old + [new, next]).assessment())
        #expect(both.growthClass == .stable)
        #expect(both.againstBaseline?.from.iso == "2020-01-01")
        #expect(both.againstNadir?.from.iso == "2020-01-01")
        #expect(both.leftOut == 2)
    }

    @Test func `another protocol can turn a sure change into a possible one`() throws {
        let first = try measured("2020-01-01", 500)
        let same = GrowthCurve([first, try measured("2021-01-01", 590)])
        #expect(same.assessment()?.growthClass == .possibleGrowth)
        let other = GrowthCurve([first, try measured("2021-01-01", 590, sequence: "T2 TSE")])
        #expect(other.assessment()?.growthClass == .stable)
    }

    @Test func `no exams have no assessment`() { #expect(GrowthCurve([]).assessment() == nil) }

    @Test func `another threshold is another class`() throws {
        var rule = GrowthRule()
        rule.growthPercent = 13
        let curve = GrowthCurve(try yearly([500, 580]))
        #expect(curve.assessment()?.growthClass == .possibleGrowth)
        #expect(curve.assessment(by: rule)?.growthClass == .growing)
    }
}
