import Foundation
import Testing
import VSImaging
import VSTestSupport
import VSTraining

struct FolderComparisonTests {
    /// A row of so many foreground voxels.
    private static func write(_ count: Int, _ name: String, in folder: TemporaryFolder) throws {
        let grid = volume(2, 3, 10) { d, h, w in d == 0 && h == 1 && w < count ? 1 : 0 }
        try NIfTIWriter.write(grid, to: folder.file(name))
    }

    @Test("pairs are matched by name, in order; what has no truth is left alone")
    func pairs() throws {
        let (predictions, truth) = (try TemporaryFolder(), try TemporaryFolder())
        try Self.write(4, "b.nii.gz", in: truth)
        try Self.write(6, "a.nii", in: truth)
        try Data("notes".utf8).write(to: URL(fileURLWithPath: truth.file("notes.txt")))
        try Self.write(4, "b.nii.gz", in: predictions)
        try Self.write(2, "a.nii", in: predictions)
        try Self.write(2, "c.nii", in: predictions)
        var told: [[Int]] = []
        var timings = FolderComparison.Timings()
        let scores = try FolderComparison.scores(
            predictions: predictions.path, truth: truth.path, timings: &timings,
            progress: { told.append([$0, $1]) })
        #expect(timings.read > 0 && timings.compare > 0)
        #expect(scores.map(\.id) == ["a.nii", "b.nii.gz"])
        #expect(scores.map(\.dice) == [0.5, 1])
        #expect(told == [[1, 2], [2, 2]])
    }

    @Test("a truth without a prediction is an error that counts them")
    func missing() throws {
        let (predictions, truth) = (try TemporaryFolder(), try TemporaryFolder())
        for name in ["a.nii", "b.nii", "c.nii"] { try Self.write(1, name, in: truth) }
        try Self.write(1, "a.nii", in: predictions)
        let error = #expect(throws: TrainingError.self) {
            try FolderComparison.scores(predictions: predictions.path, truth: truth.path)
        }
        #expect(error?.code == .missing)
        #expect(error?.subject == predictions.path)
        #expect(error?.message.contains("2 of 3") == true)
        #expect(error?.message.contains("b.nii") == true)
    }

    @Test("a folder without masks, and one that is not there, are errors by name")
    func folders() throws {
        let (full, empty) = (try TemporaryFolder(), try TemporaryFolder())
        try Self.write(1, "a.nii", in: full)
        for (predictions, truth) in [(full.path, empty.path), (empty.path, full.path)] {
            let error = #expect(throws: TrainingError.self) {
                try FolderComparison.scores(predictions: predictions, truth: truth)
            }
            #expect(error?.code == .unusable)
            #expect(error?.subject == empty.path)
        }
        let error = #expect(throws: TrainingError.self) {
            try FolderComparison.scores(predictions: full.path, truth: full.file("none"))
        }
        #expect(error?.code == .missing)
        #expect(error?.subject == full.file("none"))
    }
}
