import Foundation
import Testing
import VSImaging
import VSNetwork
import VSTestSupport
import VSTraining

struct TrainerTests {
    /// A network that calls nothing tumour whatever it sees, and parameters that never move: only
    /// the running statistics change from iteration to iteration.
    private static func unteachable(_ folder: String) -> TrainingRun {
        var run = TrainingRun(folder)
        var values = ParameterValues.random(TrainingRun.architecture, seed: 3)
        for name in ["classify.weight", "classify.bias"] {
            let range = values.layout.entry(name).range
            for place in range { values.parameters[place] = 0 }
            if name == "classify.bias" { values.parameters[range.lowerBound] = 9 }
        }
        run.initial = ModelFile(description: TrainingRun.description, values: values)
        run.configuration.learningRate = 0
        run.validation = [TrainingRun.validation[0]]
        return run
    }

    @Test("the run stops after so many validations without a better one")
    func patience() throws {
        let folder = try TemporaryFolder()
        var run = Self.unteachable(folder.file("run"))
        run.configuration.iterations = 100
        run.configuration.patience = 2
        let best = try run.run()
        #expect(best == 0)
        // Validated at 4, which is the best so far, then at 8 and 12.
        let progress = try run.checkpoint.progress
        #expect(progress.iteration == 12)
        #expect(progress.bestIteration == 4)
        #expect(progress.validationsSinceBest == 2)
        #expect(try run.log.count == 13)
    }

    @Test("the best weights stay when later ones are no better")
    func bestIsKept() throws {
        let folder = try TemporaryFolder()
        let run = Self.unteachable(folder.file("run"))
        try run.run()
        var short = Self.unteachable(folder.file("short"))
        short.configuration.iterations = 4
        try short.run()
        #expect(try run.bytes("best.safetensors") == short.bytes("last.safetensors"))
        #expect(try run.bytes("best.safetensors") != run.bytes("last.safetensors"))
    }

    @Test("an easy task is learnt: the loss falls, and the best file scores what was reported")
    func easyTask() throws {
        let folder = try TemporaryFolder()
        var run = TrainingRun(folder.file("run"))
        run.configuration.iterations = 200
        run.configuration.validationInterval = 20
        run.configuration.augmentation = .none
        var losses: [Double] = []
        var dice: [Double] = []
        let best = try #require(
            try run.run {
                losses.append($0.loss)
                if let value = $0.validationDice { dice.append(value) }
            })
        let first = losses.prefix(10).reduce(0, +) / 10
        let last = losses.suffix(10).reduce(0, +) / 10
        #expect(losses.count == 200)
        #expect(last < first / 2, "\(first) to \(last)")
        #expect(best > 0.8)
        #expect(dice.max() == best && dice.count == 10)
        let model = try run.model("best.safetensors")
        let validator = Validator(
            cases: TrainingRun.validation, architecture: TrainingRun.architecture)
        #expect(try validator.meanDice(model.values) == best)
        #expect(model.description == TrainingRun.description)
    }

    @Test("without validation cases there is no best model, and patience does not end the run")
    func noValidation() throws {
        let folder = try TemporaryFolder()
        var run = TrainingRun(folder.file("run"))
        run.validation = []
        run.configuration.patience = 1
        #expect(try run.run() == nil)
        #expect(try run.log.count == 13)
        #expect(!FileManager.default.fileExists(atPath: run.path("best.safetensors")))
        #expect(try run.model("last.safetensors").parameterCount > 0)
    }

    @Test("progress and log tell each iteration, its rate and its validation")
    func progress() throws {
        let folder = try TemporaryFolder()
        var run = TrainingRun(folder.file("run"))
        run.configuration.halvingIterations = 6
        var told: [TrainingProgress] = []
        try run.run { told.append($0) }
        #expect(told.map(\.iteration) == Array(1...12))
        #expect(told.allSatisfy { $0.iterations == 12 })
        #expect(told.indices.filter { told[$0].validationDice != nil } == [3, 7, 11])
        #expect(told[11].bestDice == told.compactMap(\.validationDice).max())
        for (line, progress) in zip(try run.log.dropFirst(), told) {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            #expect(fields[0] == "\(progress.iteration)")
            #expect(abs((Double(fields[1]) ?? .nan) - progress.loss) <= 5e-7)
            #expect(Double(fields[2]) == (progress.iteration <= 6 ? 0.01 : 0.005))
            #expect(fields[3].isEmpty == (progress.validationDice == nil))
        }
    }

    @Test("a loss that is no longer a number is an error, and no checkpoint of it is kept")
    func diverged() throws {
        let folder = try TemporaryFolder()
        var run = TrainingRun(folder.file("run"))
        run.configuration.learningRate = 1e30
        run.validation = []
        let error = #expect(throws: TrainingError.self) { try run.run() }
        #expect(error?.code == .diverged)
        #expect(error?.subject == run.folder)
        #expect(error?.message.contains("iteration 2") == true, "\(error?.message ?? "")")
        #expect(!Trainer.hasCheckpoint(run.folder))
    }

    @Test("a folder that cannot be made is an error before anything is computed")
    func unwritableFolder() throws {
        let folder = try TemporaryFolder()
        try Data().write(to: URL(fileURLWithPath: folder.file("file")))
        let run = TrainingRun(folder.file("file/run"))
        let error = #expect(throws: TrainingError.self) { try run.run() }
        #expect(error?.code == .unwritable)
        #expect(error?.subject == run.folder)
    }

    @Test("a log or a checkpoint that cannot be written is an error by name")
    func unwritableFiles() throws {
        let folder = try TemporaryFolder()
        let log = TrainingRun(folder.file("log"))
        try FileManager.default.createDirectory(
            atPath: log.path("log.csv/x"), withIntermediateDirectories: true)
        let first = #expect(throws: TrainingError.self) { try log.run() }
        #expect(first?.code == .unwritable)
        #expect(first?.subject == log.path("log.csv"))
        let checkpoint = TrainingRun(folder.file("checkpoint"))
        try FileManager.default.createDirectory(
            atPath: checkpoint.path("checkpoint.safetensors/x"), withIntermediateDirectories: true)
        let second = #expect(throws: NetworkError.self) { try checkpoint.run() }
        #expect(second?.code == .unwritable)
        #expect(second?.subject == checkpoint.path("checkpoint.safetensors"))
    }

    @Test("weights of another architecture are refused by the model's name")
    func otherArchitecture() throws {
        let folder = try TemporaryFolder()
        for other in [
            Architecture(baseWidth: 3), Architecture(attention: .gate, baseWidth: 2),
            Architecture(geometry: .planar, baseWidth: 2),
        ] {
            var run = TrainingRun(folder.file("run"))
            run.initial = ModelFile(
                description: ModelDescription(name: "other", version: "1", architecture: other),
                values: .random(other, seed: 1))
            let error = #expect(throws: TrainingError.self) { try run.run() }
            #expect(error?.code == .unusable)
            #expect(error?.subject == "other")
        }
    }

    @Test("given weights are where the run starts")
    func initialWeights() throws {
        let folder = try TemporaryFolder()
        let run = Self.unteachable(folder.file("run"))
        try run.run(until: 2)
        let last = try run.model("last.safetensors").values
        #expect(last.parameters == run.initial?.values.parameters)
        #expect(last.statistics != run.initial?.values.statistics)
    }

    @Test("cases are read from files, training first, and those of the test split never")
    func readsCases() throws {
        let folder = try TemporaryFolder()
        let scan = volume(6, 24, 24, scatter)
        try NIfTIWriter.write(scan, to: folder.file("image.nii"))
        var mask = Mask(
            shape: scan.shape, affine: scan.affine,
            voxels: Array(repeating: 0, count: scan.shape.count))
        mask[2, 8, 8] = 1
        try NIfTIWriter.write(mask, to: folder.file("mask.nii"))
        func item(_ id: String, _ split: TrainingCase.Split, _ image: String) -> TrainingCase {
            TrainingCase(
                id: id, image: folder.file(image), mask: folder.file("mask.nii"), split: split)
        }
        var told: [Int] = []
        _ = try Trainer(
            cases: [
                item("v", .validation, "image.nii"), item("a", .training, "image.nii"),
                item("t", .test, "absent.nii"),
            ], description: TrainingRun.description, configuration: TrainingRun.configuration,
            folder: folder.file("run")
        ) { done, all in
            #expect(all == 2)
            told.append(done)
        }
        #expect(told == [1, 2])
        let error = #expect(throws: TrainingError.self) {
            try Trainer(
                cases: [item("v", .validation, "image.nii")],
                description: TrainingRun.description, configuration: TrainingRun.configuration,
                folder: folder.file("run"))
        }
        #expect(error?.code == .unusable)
    }
}
