import Foundation
package import VSNetwork

/// Everything a run needs to go on exactly where it was.
package struct Checkpoint: Sendable {
    /// The counters, beside the tensors.
    package struct Progress: Sendable, Codable, Equatable {
        /// Iterations done.
        package var iteration = 0
        package var smoothedLoss: Double?
        package var bestDice: Double?
        package var bestIteration = 0
        package var validationsSinceBest = 0
        package var seconds = 0.0
        package var adamStep = 0
        package var searches = 0
        package var averaged: Int?

        /// Before the first iteration.
        package init() {}
    }

    package var values: ParameterValues
    package var adam: Adam
    package var progress: Progress
    package var hard = HardPlaces()
    /// Where the run averages its weights.
    package var average: WeightAverage?
    package var configuration: TrainingConfiguration

    private static let progressKey = "vsdb.progress"
    private static let configurationKey = "vsdb.configuration"
    private static let hardName = "hard.places"
    private static let averagePrefix = "average."

    package init(
        values: ParameterValues, adam: Adam, progress: Progress,
        configuration: TrainingConfiguration
    ) {
        self.values = values
        self.adam = adam
        self.progress = progress
        self.configuration = configuration
    }

    /// What is validated and kept: the average, where there is one.
    package func judged(_ values: ParameterValues) -> ParameterValues { average?.values ?? values }

    /// Writes through a temporary file, so that a kill leaves the last checkpoint whole.
    package func write(to path: String) throws {
        var tensors = values.tensors
        let count = values.layout.parameterCount
        tensors["adam.first"] = TensorData(shape: [count], values: adam.firstMoment)
        tensors["adam.second"] = TensorData(shape: [count], values: adam.secondMoment)
        let rows = hard.rows
        if !rows.isEmpty {
            tensors[Self.hardName] = TensorData(shape: [rows.count / 4, 4], values: rows)
        }
        var progress = progress
        progress.adamStep = adam.step
        progress.searches = hard.rounds
        progress.averaged = average?.count
        for (name, tensor) in average?.values.tensors ?? [:] {
            tensors[Self.averagePrefix + name] = tensor
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let metadata = [
            Self.progressKey: String(decoding: try encoder.encode(progress), as: UTF8.self),
            Self.configurationKey: String(
                decoding: try encoder.encode(configuration), as: UTF8.self),
        ]
        try SafeTensors(tensors: tensors, metadata: metadata).write(to: path)
    }

    /// Reads a checkpoint of the given architecture.
    package init(contentsOf path: String, architecture: Architecture) throws {
        let file = try SafeTensors(contentsOf: path)
        let layout = ParameterLayout(architecture)
        values = try ParameterValues(layout: layout, tensors: file.tensors, subject: path)
        guard let progressJSON = file.metadata[Self.progressKey],
            let configurationJSON = file.metadata[Self.configurationKey],
            let first = file.tensors["adam.first"], let second = file.tensors["adam.second"],
            first.values.count == layout.parameterCount,
            second.values.count == layout.parameterCount,
            let progress = try? JSONDecoder().decode(
                Progress.self, from: Data(progressJSON.utf8)),
            progress.iteration >= 0,
            let configuration = try? JSONDecoder().decode(
                TrainingConfiguration.self, from: Data(configurationJSON.utf8)),
            let hard = HardPlaces(
                rows: file.tensors[Self.hardName]?.values ?? [], rounds: progress.searches)
        else {
            throw TrainingError(
                .checkpoint, subject: path, message: "It is no checkpoint of this network.",
                remedy: "Give the folder of the run that is to go on, or start a new one.")
        }
        self.progress = progress
        self.configuration = configuration
        self.hard = hard
        average = try progress.averaged.map {
            let averaged = try ParameterValues(
                layout: layout, tensors: file.tensors, prefix: Self.averagePrefix, subject: path)
            return WeightAverage(values: averaged, count: $0)
        }
        adam = Adam(
            weightDecay: configuration.weightDecay, step: progress.adamStep,
            firstMoment: first.values, secondMoment: second.values)
    }
}
