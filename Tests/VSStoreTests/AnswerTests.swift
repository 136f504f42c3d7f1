import Foundation
import GRDB
import Testing
import VSGrowth
import VSStore

@Suite("What was said of growth is kept")
struct AnswerTests {
    private let temporary: TemporaryStore
    private var store: Store { temporary.store }
    private let model: ModelRecord

    init() throws {
        temporary = try TemporaryStore()
        model = try temporary.store.install("a")
        for (number, mm3) in [1000.0, 1010, 1500].enumerated() {
            try temporary.store.register(
                "p0", on: day(number * 400), seed: number, by: model, tumours: [("left", mm3)])
        }
    }

    @Test("each exam adds its answer, in order, with the words that were said")
    func order() throws {
        let answers = try store.answers(ofPatient: "p0")
        #expect(answers.map(\.lastExam) == [day(0), day(400), day(800)])
        #expect(answers.map(\.growthClass) == ["baseline", "stable", "growing"])
        #expect(answers.map(\.isFlagged) == [false, false, true])
        #expect(Set(answers.map(\.ruleId)) == [1])
        #expect(answers[2].sentence == (try store.flagged())[0].sentence)
        #expect(answers[2].model.hasPrefix("a 1 "))
    }

    @Test("the same answer again is not kept twice; another rule's is, beside the old one")
    func changes() throws {
        try store.refreshAllGrowth(rule: GrowthRule())
        #expect(try store.answers(ofPatient: "p0").count == 3)
        var rule = GrowthRule()
        rule.growthPercent = 80
        rule.certainty = 0.9999
        rule.growthProbability = 0.9999
        #expect(try store.adopt(rule))
        #expect(try !store.adopt(rule))
        let answers = try store.answers(ofPatient: "p0")
        #expect(answers.map(\.ruleId) == [1, 1, 1, 2])
        #expect(answers[3].lastExam == day(800) && answers[3].growthClass != "growing")
        #expect(answers[2].growthClass == "growing")
        #expect(
            try store.rule(ofPatient: "p0", on: #require(ExamDate(year: 2999, month: 1, day: 1)))
                == rule)
        #expect(try store.rule(ofPatient: "p0", on: day(0)) == nil)
    }

    @Test("an answer and a rule cannot be changed")
    func immutable() throws {
        let other = try connection(to: store)
        for table in ["growthAnswer SET class = 'stable'", "growthRule SET content = ''"] {
            #expect(throws: DatabaseError.self) {
                try other.write { try $0.execute(sql: "UPDATE \(table)") }
            }
        }
    }

    @Test("an unknown patient is an error")
    func unknown() {
        let error = #expect(throws: StoreError.self) { try store.answers(ofPatient: "nobody") }
        #expect(error?.code == .unknown)
    }
}
