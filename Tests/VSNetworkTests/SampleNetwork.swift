import Foundation
import VSNetwork

extension ParameterValues {
    /// Weights as an initialisation gives them, with normalisations, slopes and running statistics
    /// that all differ, so that no mistake hides behind a one or a zero.
    static func sample(_ architecture: Architecture, seed: UInt64) -> ParameterValues {
        var values = ParameterValues(layout: ParameterLayout(architecture))
        var numbers = SeededNumbers(seed: seed)
        for entry in values.layout.parameters {
            let isKernel = entry.shape.count == 5
            let fan = isKernel ? entry.shape[1...].reduce(1, *) : 1
            for place in entry.range {
                let number = numbers.float()
                values.parameters[place] =
                    if isKernel {
                        number * (6 / Float(fan)).squareRoot()
                    } else if entry.name.hasSuffix("norm.weight") {
                        1 + number / 4
                    } else if entry.name.hasSuffix("act.weight") {
                        0.25 + number / 8
                    } else {
                        number / 4
                    }
            }
        }
        for entry in values.layout.statistics {
            let isVariance = entry.name.hasSuffix("running_var")
            for place in entry.range {
                values.statistics[place] = isVariance ? 1.5 + numbers.float() : numbers.float()
            }
        }
        return values
    }
}

extension Architecture {
    /// Every geometry with every attention, five channels at the finest level: 5 to 25, so that
    /// blocks of 16 are never full and the last two levels need two; and the published network.
    static let allTiny: [Architecture] =
        Geometry.allCases.flatMap { geometry in
            Attention.allCases.map {
                Architecture(geometry: geometry, attention: $0, baseWidth: 5)
            }
        } + [
            .residual(widths: [5, 10, 15, 18, 20, 25]),
            .residual(widths: [3, 6, 9, 17, 12], attention: .none),
        ]

    /// A small window with more than one voxel at the coarsest level.
    var tinyWindow: WindowShape {
        WindowShape(
            depth: geometry == .planar ? 2 : multiple.depth, height: multiple.height,
            width: 2 * multiple.width)
    }
}

extension PreparedUNet {
    /// The foreground probability of every voxel of a window.
    func probability(of input: [Float], in workspace: Workspace) -> [Float] {
        var output = [Float](repeating: -1, count: input.count)
        input.withUnsafeBufferPointer { input in
            output.withUnsafeMutableBufferPointer {
                foregroundProbability(of: input, into: $0, workspace: workspace)
            }
        }
        return output
    }
}

/// Bits, so that equal means equal.
func bits(_ values: some Sequence<Float>) -> [UInt32] { values.map(\.bitPattern) }
