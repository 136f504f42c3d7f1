import Foundation
import Testing
import VSGrowth

/// The clinic's own rule as JSON.
@Suite struct GrowthRuleTests {
    private func rule(_ text: String) throws -> GrowthRule {
        try JSONDecoder().decode(GrowthRule.self, from: Data(text.utf8))
    }

    @Test("what is left out keeps its default")
    func partial() throws {
        let found = try rule(#"{"growthPercent": 25, "error": {"boundarySDMm": 0.1}}"#)
        var expected = GrowthRule()
        expected.growthPercent = 25
        expected.error.boundarySDMm = 0.1
        #expect(found == expected)
        #expect(try rule("{}") == GrowthRule())
    }

    @Test("what is written can be read again")
    func roundTrip() throws {
        var one = GrowthRule()
        one.certainty = 0.9
        one.prior.growingShare = 0.3
        let text = try JSONEncoder().encode(one)
        #expect(try JSONDecoder().decode(GrowthRule.self, from: text) == one)
    }

    @Test("a name that is not known is refused")
    func unknown() {
        #expect(throws: (any Error).self) { try rule(#"{"growthpercent": 25}"#) }
        #expect(throws: (any Error).self) { try rule(#"{"prior": {"share": 0.2}}"#) }
    }

    @Test(
        "a rule that cannot be used says what is wrong",
        arguments: [
            #"{"growthPercent": -5}"#, #"{"certainty": 0.2}"#, #"{"progressionMonths": 6}"#,
            #"{"prior": {"growingShare": 0.99}}"#,
        ])
    func unusable(text: String) throws { #expect(try rule(text).problem != nil) }

    @Test("the default can be used")
    func usable() { #expect(GrowthRule().problem == nil) }
}
