import Foundation
import Testing
import VSNetwork
import VSTestSupport
import VSTraining

/// A run that was interrupted and went on must be the run that was not, bit for bit.
struct TrainerResumptionTests {
    /// The run that nobody interrupts, by the number of searched cases; each is run once.
    private static let whole: [Int: Result<RunResult, any Error>] = [
        0: Result { try whole(searching: 0) }, 3: Result { try whole(searching: 3) },
    ]

    private static func whole(
        searching: Int, from initial: ModelFile? = nil
    ) throws -> RunResult {
        let folder = try TemporaryFolder()
        let run = run(folder.file("whole"), searching: searching, from: initial)
        try run.run()
        #expect(try run.log.count == 13)
        return try run.result()
    }

    private static func run(
        _ path: String, searching: Int, from initial: ModelFile? = nil
    ) -> TrainingRun {
        var run = TrainingRun(path)
        run.configuration.searchedCases = searching
        run.initial = initial
        return run
    }

    @Test(
        "a cancelled run goes on as if it never stopped, with and without searches",
        arguments: [(0, 7), (3, 1), (3, 4), (3, 7)])
    func cancelled(searching: Int, stop: Int) throws {
        let folder = try TemporaryFolder()
        let run = Self.run(folder.file("run"), searching: searching)
        try run.run(until: stop)
        #expect(try run.checkpoint.progress.iteration == stop)
        #expect(try run.log.count == stop + 1)
        try run.run(resuming: true)
        #expect(try run.result() == Self.whole[searching]?.get())
    }

    @Test(
        "a killed run goes on from its last checkpoint to the same bits",
        arguments: [(0, 8), (3, 4), (3, 11)])
    func killed(searching: Int, kill: Int) throws {
        let folder = try TemporaryFolder()
        let run = Self.run(folder.file("run"), searching: searching)
        let copy = Self.run(folder.file("copy"), searching: searching)
        try run.run(until: kill) { progress in
            guard progress.iteration == kill else { return }
            try FileManager.default.copyItem(atPath: run.folder, toPath: copy.folder)
        }
        #expect(try copy.checkpoint.progress.iteration == kill / 3 * 3)
        #expect(try copy.log.count == kill + 1)
        // The line that was being written when the power went.
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: copy.path("log.csv")))
        try file.seekToEnd()
        try file.write(contentsOf: Data("1".utf8))
        try copy.run(resuming: true)
        #expect(try copy.result() == Self.whole[searching]?.get())
    }

    @Test("interrupted twice, from given weights, with a search before the first iteration")
    func twice() throws {
        let values = ParameterValues.random(TrainingRun.architecture, seed: 8)
        let initial = ModelFile(description: TrainingRun.description, values: values)
        let expected = try Self.whole(searching: 3, from: initial)
        #expect(expected.hard.rounds == 3)
        let folder = try TemporaryFolder()
        let run = Self.run(folder.file("run"), searching: 3, from: initial)
        try run.run(until: 0)
        try run.run(resuming: true, until: 5)
        try run.run(resuming: true)
        #expect(try run.result() == expected)
    }

    @Test("searches find places and change what is drawn")
    func searchesMatter() throws {
        let with = try #require(try Self.whole[3]?.get())
        let without = try #require(try Self.whole[0]?.get())
        #expect(with.hard.rounds == 2)
        #expect(!with.hard.byCase.isEmpty)
        #expect(without.hard == HardPlaces())
        // The first search follows the fourth iteration.
        #expect(with.log[0...4] == without.log[0...4])
        #expect(with.last != without.last)
    }

    @Test("another seed gives another run")
    func seed() throws {
        let folder = try TemporaryFolder()
        var run = Self.run(folder.file("run"), searching: 0)
        run.configuration.seed += 1
        try run.run()
        #expect(try run.log != Self.whole[0]?.get().log)
    }

    @Test("resuming where there is no checkpoint is an error")
    func nothingToResume() throws {
        let folder = try TemporaryFolder()
        let run = TrainingRun(folder.file("run"))
        #expect(!Trainer.hasCheckpoint(run.folder))
        let error = #expect(throws: NetworkError.self) { try run.run(resuming: true) }
        #expect(error?.code == .unreadable)
        #expect(error?.subject == run.path("checkpoint.safetensors"))
        try run.run(until: 1)
        #expect(Trainer.hasCheckpoint(run.folder))
    }

    @Test("a checkpoint of another network is refused")
    func otherNetwork() throws {
        let folder = try TemporaryFolder()
        let run = TrainingRun(folder.file("run"))
        let values = ParameterValues.random(Architecture(baseWidth: 3), seed: 1)
        try FileManager.default.createDirectory(
            atPath: run.folder, withIntermediateDirectories: true)
        try Checkpoint(
            values: values, adam: Adam(count: values.layout.parameterCount),
            progress: Checkpoint.Progress(), configuration: run.configuration
        ).write(to: run.path("checkpoint.safetensors"))
        let error = #expect(throws: NetworkError.self) { try run.run(resuming: true) }
        #expect(error?.code == .wrongShape)
        #expect(error?.subject == run.path("checkpoint.safetensors"))
    }
}
