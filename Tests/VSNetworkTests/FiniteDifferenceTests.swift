import Foundation
import Testing
import VSNetwork

/// The network's gradients against central differences of a function of its output.
///
/// The function is linear in logits and maps with random coefficients, so that its own gradient is
/// those coefficients. Central differences at three steps that disagree mean that a PReLU or a maximum
/// chose another branch in between: such a parameter says nothing and is left out.
struct FiniteDifferenceTests {
    /// Relative to the slope: single voxels that cross a branch without the steps showing it.
    static let tolerance = 0.04
    /// Of the middle parameter, relative: float32 noise of the output over the step.
    static let medianTolerance = 0.005
    /// Gradients smaller than this, where the others are 1 to 500, are judged as if they had it: the
    /// voxels that cross move the function as much whatever the parameter.
    static let leastScale = 1.0
    /// Steps whose slopes differ by more than this share hold a crossing.
    static let agreement = 0.02
    /// Parameters are about 0.1 to 1.
    ///
    /// Of steps from 5e-5 to 4e-3 this has the least error: below it rounding grows, above it more
    /// voxels cross.
    static let step: Float = 1e-3
    /// At least this share of the parameters tried must be judged; the deeper the network, the more
    /// voxels cross.
    static let leastShare = 0.75

    /// A network with its input and the coefficients of the function.
    private final class Probe {
        let network: TrainingNetwork
        private let images: [Float]
        private let logits: [Float]
        private let maps: [[Float]]

        init(_ architecture: Architecture) throws {
            let window = architecture.tinyWindow
            var numbers = SeededNumbers(seed: 51)
            var values = ParameterValues.sample(architecture, seed: 52)
            // Slopes near 1: a voxel that crosses a PReLU's border then moves the function little,
            // and a slope taken for the other branch's still moves the gradient much.
            for entry in values.layout.parameters where entry.name.hasSuffix("act.weight") {
                for place in entry.range { values.parameters[place] = 1 + numbers.float() / 4 }
            }
            network = try TrainingNetwork(
                architecture: architecture, values: values, batch: 2, window: window)
            images = numbers.floats(2 * window.count)
            logits = numbers.floats(4 * window.count)
            maps = network.forward(images).maps.map { numbers.floats($0.count).map { 4 * $0 } }
        }

        /// The function's value.
        func value() -> Double {
            let output = network.forward(images)
            func dot(_ a: [Float], _ b: [Float]) -> Double {
                zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
            }
            return dot(output.logits, logits)
                + zip(output.maps, maps).reduce(0) { $0 + dot($1.0, $1.1) }
        }

        /// Every gradient.
        func gradients() -> [Float] {
            _ = value()
            network.backward(logits: logits, maps: maps)
            return Array(network.gradients)
        }

        /// The central difference of one parameter.
        func slope(of place: Int, step: Float) -> Double {
            slope(of: place, from: -step, to: step)
        }

        /// The difference quotient of one parameter between two places beside it.
        func slope(of place: Int, from low: Float, to high: Float) -> Double {
            let middle = network.values.parameters[place]
            func value(at parameter: Float) -> Double {
                network.updateParameters { $0[place] = parameter }
                return self.value()
            }
            let (up, down) = (middle + high, middle + low)
            let difference = value(at: up) - value(at: down)
            network.updateParameters { $0[place] = middle }
            return difference / Double(up - down)
        }
    }

    @Test(
        "every kind of parameter's gradient is its central difference",
        arguments: Architecture.allTiny.indices)
    func slopes(variant: Int) async {
        // A process of its own: one thread, since layers this small are slower on more, and the
        // instruction set of every machine, so that all see the same voxels cross.
        await #expect(processExitsWith: .success) { [variant] in
            Threads.use(1)
            InstructionSet.portable.use()
            // Differences of rounded values need the direct sum's rounding.
            try ConvolutionAlgorithm.$forced.withValue(.direct) {
                try Self.judge(Architecture.allTiny[variant], oneOf: 3, from: variant % 3)
            }
        }
    }

    /// Judges the steepest parameter of every third tensor; other variants take the other thirds.
    private static func judge(
        _ architecture: Architecture, oneOf share: Int, from first: Int
    ) throws {
        let probe = try Probe(architecture)
        let gradients = probe.gradients()
        // A bias before a normalisation has no gradient but rounding.
        let entries = probe.network.values.layout.parameters
            .filter { !$0.name.hasSuffix("conv.bias") }
        let tried = stride(from: first, to: entries.count, by: share).map { entries[$0] }
        var errors: [Double] = []
        for entry in tried {
            guard
                let place = entry.range.max(by: { abs(gradients[$0]) < abs(gradients[$1]) })
            else { continue }
            let gradient = Double(gradients[place])
            let slope = probe.slope(of: place, step: step)
            let others = [step / 2, 2 * step].map { probe.slope(of: place, step: $0) }
            guard
                others.allSatisfy({ abs(slope - $0) <= agreement * max(abs(slope), leastScale) })
            else { continue }
            // A voxel on the border itself is on one side for the gradient and on both for the
            // central difference, at every step: then the difference of one side must agree.
            let sides = [
                slope, probe.slope(of: place, from: 0, to: step),
                probe.slope(of: place, from: -step, to: 0),
            ]
            let error = sides.map { abs($0 - gradient) }.min() ?? .infinity
            errors.append(error / max(abs(gradient), leastScale))
            #expect(
                errors[errors.count - 1] <= tolerance,
                "\(architecture) \(entry.name): \(gradient) for \(slope)")
        }
        #expect(tried.count > 20)
        #expect(
            Double(errors.count) >= leastShare * Double(tried.count),
            "\(architecture): \(errors.count) of \(tried.count) judged")
        let median = errors.sorted()[errors.count / 2]
        #expect(median <= medianTolerance, "\(architecture): median \(median)")
    }
}
