import Foundation
import Testing
import VSGrowth

@Suite struct GrowthRuleTests {
    private func rule(_ json: String) throws -> GrowthRule {
        try JSONDecoder().decode(GrowthRule.self, from: Data(json.utf8))
    }

    @Test func `a part of a rule keeps the defaults of the rest`() throws {
        let part = try rule(
            #"{"growthPercent": 30, "error": {"scannerSD": 0.1}, "schedule": {"laterMonths": 18}}"#)
        #expect(part.growthPercent == 30)
        #expect(part.error.scannerSD == 0.1)
        #expect(part.error.boundarySDMm == GrowthRule().error.boundarySDMm)
        #expect(part.schedule.laterMonths == 18)
        #expect(part.schedule.untreated == ExamSchedule().untreated)
        #expect(try rule("{}") == GrowthRule())
    }

    @Test func `a rule that is written and read is the same`() throws {
        var changed = GrowthRule()
        changed.prior.lateShare = 0.1
        changed.risk.yearlyPercent = [10, 5]
        changed.schedule.untreated = [.init(untilYears: 2, everyMonths: 3)]
        let data = try JSONEncoder().encode(changed)
        #expect(try JSONDecoder().decode(GrowthRule.self, from: data) == changed)
    }

    @Test(
        "a name that nobody knows is refused by its name",
        arguments: [
            (#"{"growthPercents": 30}"#, "growthPercents"),
            (#"{"error": {"delta": 1}}"#, "delta"), (#"{"prior": {"share": 1}}"#, "share"),
        ])
    func unknown(json: String, name: String) {
        #expect {
            try rule(json)
        } throws: { error in
            "\(error)".contains("there is no \\\"\(name)\\\"") || "\(error)".contains(name)
        }
    }

    @Test(
        "numbers out of their range are named",
        arguments: [
            (#"{"growthPercent": -1}"#, "growthPercent"),
            (#"{"certainty": 1.5}"#, "certainty"),
            (#"{"error": {"boundarySDMm": 0}}"#, "boundarySDMm"),
            (#"{"prior": {"growingShare": 0.99}}"#, "prior"),
            (#"{"schedule": {"afterTreatmentMonths": [12, 6]}}"#, "afterTreatmentMonths"),
            (#"{"earlySwellingMonths": 40}"#, "months"), (#"{"risk": {"latePercent": 0}}"#, "risk"),
        ])
    func ranges(json: String, word: String) throws {
        #expect(try #require(rule(json).problem).contains(word))
        #expect(GrowthRule().problem == nil)
    }
}
