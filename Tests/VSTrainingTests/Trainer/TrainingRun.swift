import Foundation
import VSNetwork
import VSTestSupport
import VSTraining

/// A tiny training run in a folder of its own.
struct TrainingRun {
    /// Two cases with a tumour, two without; one of each kind to validate on.
    static let training = [
        easyCase("a", tumour: Box([2, 6, 6], size: [2, 6, 6])),
        easyCase("b", tumour: nil),
        easyCase("c", tumour: Box([1, 12, 10], size: [3, 6, 5])),
        easyCase("d", tumour: nil, bright: [Box([0, 2, 2], size: [1, 2, 3])]),
    ]
    static let validation = [
        easyCase("v", tumour: Box([2, 9, 12], size: [2, 5, 6])), easyCase("w", tumour: nil),
    ]

    static let architecture = Architecture(baseWidth: 2)
    static let description = ModelDescription(
        name: "tiny", version: "0.1", architecture: architecture)

    /// Twelve iterations, validated every four, with a checkpoint every three.
    static var configuration: TrainingConfiguration {
        var result = TrainingConfiguration()
        result.crop = WindowShape(depth: 4, height: 16, width: 16)
        result.learningRate = 1e-2
        result.iterations = 12
        result.validationInterval = 4
        result.checkpointInterval = 3
        result.seed = 5
        return result
    }

    let folder: String
    var configuration = TrainingRun.configuration
    var initial: ModelFile?
    var validation = TrainingRun.validation

    init(_ folder: String) { self.folder = folder }

    private var trainer: Trainer {
        get throws {
            try Trainer(
                training: Self.training, validation: validation, description: Self.description,
                configuration: configuration, folder: folder, initial: initial)
        }
    }

    /// Runs to the end, or until `last` iterations are done.
    @discardableResult
    func run(
        resuming: Bool = false, until last: Int = .max,
        progress: (TrainingProgress) throws -> Void = { _ in }
    ) throws -> Double? {
        var iteration = 0
        var failure: (any Error)?
        let best = try trainer.run(resuming: resuming, isCancelled: { iteration >= last }) {
            iteration = $0.iteration
            do { try progress($0) } catch { failure = error }
        }
        if let failure { throw failure }
        return best
    }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    func bytes(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: path(name)))
    }

    func model(_ name: String) throws -> ModelFile { try ModelFile(contentsOf: path(name)) }

    var checkpoint: Checkpoint {
        get throws {
            try Checkpoint(
                contentsOf: path("checkpoint.safetensors"), architecture: Self.architecture)
        }
    }

    /// The log without the column of seconds.
    var log: [String] {
        get throws {
            try String(contentsOfFile: path("log.csv"), encoding: .utf8).split(separator: "\n")
                .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
                .map { $0.dropLast().joined(separator: ",") }
        }
    }

    /// What must not differ between a run and the same run interrupted.
    func result() throws -> RunResult {
        let checkpoint = try checkpoint
        var progress = checkpoint.progress
        progress.seconds = 0
        return RunResult(
            last: try bytes("last.safetensors"), best: try bytes("best.safetensors"),
            log: try log, adam: checkpoint.adam, progress: progress, hard: checkpoint.hard)
    }
}

/// Everything a run leaves behind but the time it took.
struct RunResult: Equatable {
    let last: Data
    let best: Data
    let log: [String]
    let adam: Adam
    let progress: Checkpoint.Progress
    let hard: HardPlaces
}
