import Testing
import VSImaging
import VSTestSupport
import VSTraining

struct CaseScoreTests {
    @Test("a box shifted by one column: Dice, distances, volumes, no error of volume")
    func shifted() throws {
        // 3 x 4 x 6 voxels each; 3 x 4 x 5 in both.
        let score = try SampleScores.score(
            SampleScores.boxes(Box([2, 5, 6], size: [3, 4, 6])),
            SampleScores.boxes(Box([2, 5, 5], size: [3, 4, 6])))
        #expect(abs(score.dice - 120.0 / 144) < 1e-12)
        #expect(score.volumeMm3 == 72 && score.truthVolumeMm3 == 72)
        #expect(score.rvePercent == 0)
        #expect(score.hd95Mm == 0.5)
        // Of 72 voxels 8 are inside: 1 slice x 2 rows x 4 columns. Of each surface the face of
        // 3 x 4 voxels that left the other lies one column, 0.5 mm, away, and of the face that lies
        // inside the other its 1 x 2 middle.
        #expect(abs((score.assdMm ?? 0) - 0.5 * 2 * (12 + 2) / 128) < 1e-12)
        #expect(!score.isMissed && score.falseComponents == 0)
    }

    @Test("half of a tumour found, and a second component that touches nothing")
    func falseComponent() throws {
        let score = try SampleScores.score(
            SampleScores.boxes(
                Box([2, 5, 5], size: [2, 4, 3]), Box([6, 15, 15], size: [1, 1, 2])),
            SampleScores.boxes(Box([2, 5, 5], size: [2, 4, 6])))
        #expect(abs(score.dice - 2.0 * 24 / (26 + 48)) < 1e-12)
        #expect(abs((score.rvePercent ?? 0) - 100 * (26.0 - 48) / 48) < 1e-12)
        #expect(score.falseComponents == 1)
        #expect(!score.isMissed)
    }

    @Test("a tumour of which nothing is found is missed, with Dice 0 and no distance")
    func missed() throws {
        let truth = SampleScores.boxes(Box([2, 5, 5], size: [2, 4, 6]))
        let nothing = try SampleScores.score(SampleScores.boxes(), truth)
        #expect(nothing.isMissed && nothing.dice == 0)
        #expect(nothing.assdMm == nil && nothing.hd95Mm == nil)
        #expect(nothing.rvePercent == -100)
        let elsewhere = try SampleScores.score(
            SampleScores.boxes(Box([6, 15, 15], size: [1, 1, 2])), truth)
        #expect(elsewhere.isMissed && elsewhere.falseComponents == 1)
        #expect(elsewhere.assdMm != nil)
    }

    @Test("a tumour-free case: nothing found is Dice 1, and there is no volume error")
    func tumourFree() throws {
        let right = try SampleScores.score(SampleScores.boxes(), SampleScores.boxes())
        #expect(right.dice == 1 && !right.isMissed && right.rvePercent == nil)
        let wrong = try SampleScores.score(
            SampleScores.boxes(Box([0, 0, 0], size: [1, 1, 1])), SampleScores.boxes())
        #expect(wrong.dice == 0 && !wrong.isMissed && wrong.falseComponents == 1)
    }

    @Test("masks of different grids are no score")
    func otherGrid() throws {
        let small = volume(8, 20, 19, spacing: SampleScores.spacing) { _, _, _ in 0 }
        let mask = Mask(
            shape: small.shape, affine: small.affine,
            voxels: Array(repeating: 0, count: small.shape.count))
        #expect(throws: ImagingError.self) { try SampleScores.score(mask, SampleScores.boxes()) }
    }
}
