import Testing
import VSTraining

struct EvaluationSummaryTests {
    @Test("mean and deviation by hand: 2, 4, 9 have 5 and the root of 13")
    func meanSD() throws {
        let three = try #require(MeanSD([2, 4, 9]))
        #expect(three.mean == 5 && three.count == 3)
        #expect(abs(three.sd - 13.0.squareRoot()) < 1e-12)
        let one = try #require(MeanSD([7]))
        #expect(one.mean == 7 && one.sd == 0 && one.count == 1)
        #expect(MeanSD([]) == nil)
    }

    @Test("a summary takes Dice and volumes over tumours, distances over those found")
    func summary() throws {
        let truth = SampleScores.boxes(Box([2, 5, 5], size: [2, 4, 6]))
        let scores = [
            try SampleScores.score(truth, truth),
            // A quarter too large: 60 of 48 voxels.
            try SampleScores.score(SampleScores.boxes(Box([2, 4, 5], size: [2, 5, 6])), truth),
            try SampleScores.score(SampleScores.boxes(), truth),
            try SampleScores.score(SampleScores.boxes(), SampleScores.boxes()),
            try SampleScores.score(
                SampleScores.boxes(
                    Box([0, 0, 0], size: [1, 1, 1]), Box([4, 4, 4], size: [1, 1, 1])),
                SampleScores.boxes()),
        ]
        let summary = EvaluationSummary(scores)
        #expect(summary.tumours == 3 && summary.tumourFree == 2)
        #expect(summary.missed == 1 && summary.falseComponents == 2)
        #expect(abs((summary.dice?.mean ?? 0) - (1 + 96.0 / 108 + 0) / 3) < 1e-12)
        #expect(summary.assdMm?.count == 2 && summary.hd95Mm?.count == 2)
        #expect(abs((summary.rvePercent?.mean ?? 0) - (0 + 25 - 100) / 3.0) < 1e-12)
        #expect(abs((summary.absoluteRVEPercent?.mean ?? 0) - (0 + 25 + 100) / 3.0) < 1e-12)
    }

    @Test("a summary of nothing, and of tumour-free cases, has no measures")
    func emptySummary() throws {
        for scores in [[], [try SampleScores.score(SampleScores.boxes(), SampleScores.boxes())]] {
            let summary = EvaluationSummary(scores)
            #expect(summary.tumours == 0 && summary.tumourFree == scores.count)
            #expect(summary.dice == nil && summary.assdMm == nil && summary.rvePercent == nil)
        }
    }
}
