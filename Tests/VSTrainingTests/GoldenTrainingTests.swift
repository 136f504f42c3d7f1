import Foundation
import Testing
import VSNetwork
import VSTraining

/// Three training steps of every variant against the reference (PyTorch, float32).
@Suite(.serialized)
struct GoldenTrainingTests {
    /// Largest difference allowed, relative to the largest magnitude in the tensor (at least
    /// `floor`): both sides are float32 sums in different orders.
    static let tolerance: Float = 1e-4

    static let variants: [(String, Architecture)] = [
        (
            "unet2d",
            Architecture(geometry: .planar, attention: .none, supervised: false, baseWidth: 4)
        ),
        (
            "unet3d",
            Architecture(geometry: .volumetric, attention: .none, supervised: false, baseWidth: 4)
        ),
        (
            "unet25d",
            Architecture(geometry: .mixed, attention: .none, supervised: false, baseWidth: 4)
        ),
        (
            "unet25d-ag",
            Architecture(geometry: .mixed, attention: .gate, supervised: false, baseWidth: 4)
        ),
        (
            "unet25d-pa",
            Architecture(geometry: .mixed, attention: .spatial, supervised: true, baseWidth: 4)
        ),
    ]

    @Test(
        "logits, losses, gradients and parameters of three steps equal the reference",
        arguments: variants)
    func threeSteps(name: String, architecture: Architecture) throws {
        let golden = try SafeTensors(contentsOf: goldenPath("\(name).safetensors"))
        let image = try #require(golden.tensors["image"])
        let truth = try #require(golden.tensors["foreground"])
        let window = WindowShape(
            depth: image.shape[2], height: image.shape[3], width: image.shape[4])
        let layout = ParameterLayout(architecture)
        let values = try ParameterValues(
            layout: layout, tensors: golden.tensors, prefix: "parameter.", subject: name)
        let network = try TrainingNetwork(
            architecture: architecture, values: values, batch: 2, window: window)
        let expectedLosses = try JSONDecoder().decode(
            [Double].self, from: Data(try #require(golden.metadata["losses"]).utf8))
        let step = TrainingStep(
            network: network, hardness: 0.6, supervised: architecture.supervised)
        var adam = Adam(count: layout.parameterCount, weightDecay: 1e-7)

        for number in 0..<3 {
            let loss = step.run(images: image.values, foreground: truth.values)
            #expect(abs(loss - expectedLosses[number]) < 1e-4, "loss of step \(number)")
            if number == 0 {
                expectClose(
                    step.lastLogits, try #require(golden.tensors["train.logits"]).values,
                    "train.logits")
                try expectGradients(network, golden)
            }
            network.updateParameters { parameters in
                adam.update(parameters, gradients: network.gradients, learningRate: 1e-3)
            }
        }
        for (name, tensor) in network.values.tensors {
            let expected = try #require(golden.tensors["after3steps.\(name)"])
            expectClose(tensor.values, expected.values, "after3steps.\(name)", steps: 3)
        }
    }

    private func expectGradients(_ network: TrainingNetwork, _ golden: SafeTensors) throws {
        for entry in network.values.layout.parameters {
            let expected = try #require(golden.tensors["gradient.\(entry.name)"])
            expectClose(
                Array(network.gradients[entry.range]), expected.values, "gradient.\(entry.name)")
        }
    }

    /// Adam divides by the root of its second moment, so where a gradient is itself rounding noise
    /// (a bias before batch normalisation) the first steps are of size ± learning rate in both
    /// implementations; such values may differ by as much.
    private func expectClose(
        _ actual: [Float], _ expected: [Float], _ name: String, steps: Int = 0
    ) {
        let scale = max(expected.reduce(0) { max($0, abs($1)) }, 1e-3)
        let slack = steps > 0 && name.hasSuffix("conv.bias") ? 2 * Float(steps) * 1e-3 : 0
        let worst = zip(actual, expected).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
        #expect(worst <= Self.tolerance * scale + slack, "\(name): \(worst) of \(scale)")
    }
}

func goldenPath(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Golden/\(name)").path
}
