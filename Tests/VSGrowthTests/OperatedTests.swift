import Testing
import VSGrowth

/// Exams after surgery, which a model's card may put into its scope.
struct OperatedTests {
    private func assessment(
        _ covered: [Bool], volumes: [Double] = [9000, 800, 1600]
    ) throws -> GrowthAssessment {
        let surgery = Treatment(kind: .surgery, date: try day("2018-06-01"))
        let exams = try yearly(volumes).enumerated().map { index, exam in
            var exam = exam
            exam.coversPostSurgery = covered[index]
            return exam
        }
        return try #require(GrowthCurve(exams, treatments: [surgery]).assessment())
    }

    @Test("they are judged where what measured them covers them, since the surgery")
    func covered() throws {
        let result = try assessment([true, true, true])
        #expect(result.growthClass == .rapid)
        #expect(result.isFlagged)
        #expect(result.compared.map(\.volumeMm3) == [800, 1600])
        #expect(result.againstBaseline?.percent == 100)
    }

    @Test("they are out of scope where it does not, even for one of the exams compared")
    func notCovered() throws {
        for covered in [[false, false, false], [true, true, false], [true, false, true]] {
            let result = try assessment(covered)
            #expect(result.growthClass == .outOfScope, "\(covered)")
            #expect(!result.isFlagged)
        }
    }

    @Test("only the exams that are compared must be covered")
    func before() throws {
        #expect(try assessment([false, true, true]).growthClass == .rapid)
    }

    @Test("growth after surgery is never called swelling")
    func noSwelling() throws {
        let result = try assessment([true, true, true], volumes: [900, 400, 520])
        #expect(result.growthClass == .growing)
    }
}
