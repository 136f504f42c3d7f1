import Foundation
import Testing
import VSNetwork
import VSTestSupport
import VSTraining

struct CheckpointTests {
    static let architecture = Architecture(baseWidth: 2)

    /// A checkpoint in which nothing has its first value.
    static func sample() -> Checkpoint {
        let values = ParameterValues.random(architecture, seed: 4)
        var random = StepRandom(seed: 9, step: 0)
        var adam = Adam(count: values.layout.parameterCount, weightDecay: 3e-4)
        var parameters = values.parameters
        let gradients = parameters.map { _ in Float(random.normal()) }
        for _ in 0..<3 {
            parameters.withUnsafeMutableBufferPointer { parameters in
                gradients.withUnsafeBufferPointer {
                    adam.update(parameters, gradients: $0, learningRate: 0.1)
                }
            }
        }
        var progress = Checkpoint.Progress()
        progress.iteration = 77
        progress.smoothedLoss = 0.1 + 0.2
        progress.bestDice = 1 / 3
        progress.bestIteration = 50
        progress.validationsSinceBest = 2
        progress.seconds = 12.345
        var configuration = TrainingConfiguration()
        configuration.seed = .max
        configuration.weightDecay = 3e-4
        configuration.augmentation.gamma = 0.123
        var result = Checkpoint(
            values: values, adam: adam, progress: progress, configuration: configuration)
        result.hard.take([(2, [SIMD3(1, 2, 3), SIMD3(4, 500, 6)]), (0, [SIMD3(7, 8, 9)])])
        return result
    }

    private static func parts(_ folder: TemporaryFolder) throws -> (SafeTensors, path: String) {
        let path = folder.file("checkpoint.safetensors")
        try sample().write(to: path)
        return (try SafeTensors(contentsOf: path), path)
    }

    @Test("everything comes back, bit for bit")
    func roundTrip() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("checkpoint.safetensors")
        let checkpoint = Self.sample()
        try checkpoint.write(to: path)
        let read = try Checkpoint(contentsOf: path, architecture: Self.architecture)
        #expect(read.values == checkpoint.values)
        #expect(read.adam == checkpoint.adam)
        #expect(read.hard == checkpoint.hard)
        #expect(read.configuration == checkpoint.configuration)
        var expected = checkpoint.progress
        expected.adamStep = 3
        expected.searches = 1
        #expect(read.progress == expected)
    }

    @Test("what is no checkpoint is refused by name")
    func noCheckpoint() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("best.safetensors")
        try ModelFile(
            description: ModelDescription(
                name: "model", version: "1", architecture: Self.architecture),
            values: .random(Self.architecture, seed: 1)
        ).write(to: path)
        let error = #expect(throws: TrainingError.self) {
            try Checkpoint(contentsOf: path, architecture: Self.architecture)
        }
        #expect(error?.code == .checkpoint)
        #expect(error?.subject == path)
    }

    static let damages: [(String, @Sendable (inout SafeTensors) -> Void)] = [
        ("no progress", { $0.metadata["vsdb.progress"] = nil }),
        ("progress cut", { $0.metadata["vsdb.progress"]?.removeLast(4) }),
        ("progress of another kind", { $0.metadata["vsdb.progress"] = "[]" }),
        (
            "iterations below zero",
            {
                $0.metadata["vsdb.progress"] = $0.metadata["vsdb.progress"]?
                    .replacingOccurrences(of: #""iteration":77"#, with: #""iteration":-77"#)
            }
        ),
        ("configuration cut", { $0.metadata["vsdb.configuration"]?.removeLast(4) }),
        ("no first moment", { $0.tensors["adam.first"] = nil }),
        (
            "second moment of another size",
            { $0.tensors["adam.second"] = TensorData(shape: [1], values: [0]) }
        ),
        (
            "a place that is no number",
            {
                $0.tensors["hard.places"] = TensorData(shape: [1, 4], values: [0, .nan, 1, 1])
            }
        ),
        (
            "a place past every volume",
            {
                $0.tensors["hard.places"] = TensorData(shape: [1, 4], values: [0, 1, 1e20, 1])
            }
        ),
    ]

    @Test("a damaged checkpoint is an error by name, and no crash", arguments: 0..<damages.count)
    func damaged(index: Int) throws {
        let folder = try TemporaryFolder()
        let (name, damage) = Self.damages[index]
        var (file, path) = try Self.parts(folder)
        let before = file
        damage(&file)
        #expect(file.metadata != before.metadata || file.tensors != before.tensors, "\(name)")
        try file.write(to: path)
        let error = #expect(throws: TrainingError.self, "\(name)") {
            try Checkpoint(contentsOf: path, architecture: Self.architecture)
        }
        #expect(error?.code == .checkpoint)
        #expect(error?.subject == path)
    }
}
