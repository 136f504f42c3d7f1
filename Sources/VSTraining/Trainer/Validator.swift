import Foundation
package import VSNetwork

/// Scores weights on the validation cases during training.
///
/// It takes Dice on one window per case, around the tumour or, without one, at the centre. The report on whole scans is ``ModelEvaluation``'s.
package struct Validator {
    /// The largest window, in voxels.
    static let largest = WindowShape(depth: 32, height: 160, width: 160)

    let cases: [PreparedCase]
    let architecture: Architecture

    package init(cases: [PreparedCase], architecture: Architecture) {
        self.cases = cases
        self.architecture = architecture
    }

    /// The mean Dice over the cases; a tumour-free case counts 1 if nothing is found in it, else 0.
    package func meanDice(_ values: ParameterValues) throws(NetworkError) -> Double {
        guard !cases.isEmpty else { return 0 }
        let network = PreparedUNet(architecture: architecture, values: values)
        var total = 0.0
        for item in cases { total += try dice(of: item, network) }
        return total / Double(cases.count)
    }

    private func dice(of item: PreparedCase, _ network: PreparedUNet) throws(NetworkError)
        -> Double
    {
        let window = architecture.window(
            covering: WindowShape(
                depth: min(item.shape.depth, Self.largest.depth),
                height: min(item.shape.height, Self.largest.height),
                width: min(item.shape.width, Self.largest.width)))
        var input = [Float](repeating: 0, count: window.count)
        var truth = input
        var random = StepRandom(seed: 0, step: 0)
        let transform = CropTransform(
            centre: centre(of: item, for: window), crop: window, augmentation: .none,
            random: &random)
        input.withUnsafeMutableBufferPointer { image in
            truth.withUnsafeMutableBufferPointer { transform.sample(item, image: image, truth: $0) }
        }
        let workspace = try network.makeWorkspace(for: window)
        var output = [Float](repeating: 0, count: window.count)
        input.withUnsafeBufferPointer { input in
            output.withUnsafeMutableBufferPointer {
                network.foregroundProbability(of: input, into: $0, workspace: workspace)
            }
        }
        var both = 0
        var sum = 0
        for (p, g) in zip(output, truth) {
            let found = p >= 0.5
            both += found && g == 1 ? 1 : 0
            sum += (found ? 1 : 0) + (g == 1 ? 1 : 0)
        }
        return sum == 0 ? 1 : 2 * Double(both) / Double(sum)
    }

    /// The window's centre, such that its voxels are voxels of the case and nothing is
    /// interpolated: between two voxels where a side is even.
    private func centre(of item: PreparedCase, for window: WindowShape) -> SIMD3<Double> {
        func half(_ side: Int) -> Double { side % 2 == 0 ? 0.5 : 0 }
        return middle(of: item).rounded(.down)
            + SIMD3(half(window.depth), half(window.height), half(window.width))
    }

    private func middle(of item: PreparedCase) -> SIMD3<Double> {
        guard !item.tumour.isEmpty else {
            return SIMD3(
                Double(item.shape.depth - 1) / 2, Double(item.shape.height - 1) / 2,
                Double(item.shape.width - 1) / 2)
        }
        var sum = SIMD3<Double>.zero
        for at in item.tumour {
            let place = Int(at)
            sum += SIMD3(
                Double(place / item.shape.width / item.shape.height),
                Double(place / item.shape.width % item.shape.height),
                Double(place % item.shape.width))
        }
        return sum / Double(item.tumour.count)
    }
}
