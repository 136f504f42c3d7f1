import Foundation

/// What one convolution of a network costs, by each algorithm, measured on this machine.
package struct LayerCost: Sendable {
    /// The layer's name, as its weights are called.
    package let name: String
    /// Channels in and out.
    package let channels: (input: Int, output: Int)
    package let kernel: WindowShape
    package let shape: WindowShape
    /// Seconds of the direct sum and of Winograd's algorithm, the medians; nil where one cannot be.
    package let direct: Double
    package let winograd: Double?

    /// Multiplications and additions of the direct sum, in units of 10^9.
    package var gigaOperations: Double {
        2e-9 * Double(channels.input * channels.output * kernel.count * shape.count)
    }

    /// Measures every convolution of an architecture on a window.
    ///
    /// - Parameters:
    ///   - architecture: the network.
    ///   - window: the window's shape, which must suit it.
    ///   - rounds: runs of each, after one to warm up.
    /// - Returns: the layers in the order they run.
    /// - Throws: ``NetworkError`` where the window does not suit or memory is short.
    package static func measure(
        _ architecture: Architecture, window: WindowShape, rounds: Int
    ) throws(NetworkError) -> [LayerCost] {
        try architecture.check(window)
        var costs: [LayerCost] = []
        for layer in Layer.all(of: architecture, window: window) {
            costs.append(try layer.cost(rounds: rounds))
        }
        return costs
    }

    /// One convolution before it is measured.
    private struct Layer {
        let name: String
        let input: [Int]
        let output: Int
        let kernel: WindowShape
        let shape: WindowShape

        static func all(of architecture: Architecture, window: WindowShape) -> [Layer] {
            let (widths, kernels) = (architecture.channels, architecture.kernels)
            let shapes = architecture.shapes(for: window)
            func layer(_ name: String, _ level: Int, _ input: [Int], _ output: Int) -> Layer {
                Layer(
                    name: name, input: input, output: output, kernel: kernels[level],
                    shape: shapes[level])
            }
            var layers: [Layer] = []
            let bottom = architecture.levels - 1
            for level in 0...bottom {
                let below = level == 0 ? 1 : widths[level - 1]
                layers.append(layer("encoder.\(level).unit1", level, [below], widths[level]))
                layers.append(
                    layer("encoder.\(level).unit2", level, [widths[level]], widths[level]))
            }
            for level in (0...bottom).reversed() {
                if architecture.attention == .spatial {
                    layers.append(
                        layer(
                            "attend.\(level).reduce", level, architecture.attendedSegments(level),
                            architecture.hiddenWidths[level]))
                }
                let width = widths[level]
                guard level < bottom, architecture.family == .paper || level > 0 else { continue }
                layers.append(layer("decoder.\(level).unit1", level, [width, width], width))
                guard architecture.family == .paper else { continue }
                layers.append(layer("decoder.\(level).unit2", level, [width], width))
            }
            return layers
        }

        func cost(rounds: Int) throws(NetworkError) -> LayerCost {
            let inputs = ChannelMap(input)
            let outputs = ChannelMap([output])
            let isImage = input == [1]
            let lanes = isImage ? 1 : 16
            let sizes = [
                Activation.size(batch: 1, blocks: inputs.blocks, lanes: lanes, shape: shape),
                Activation.size(batch: 1, blocks: outputs.blocks, lanes: 16, shape: shape),
            ]
            let arena = try Arena(count: sizes[0] + sizes[1])
            for place in 0..<sizes[0] { arena.base[place] = Float(place % 17) / 17 }
            let x = Activation(
                memory: arena.base, batch: 1, blocks: inputs.blocks, lanes: lanes, shape: shape)
            clearBorder(x)
            let y = Activation(
                memory: arena.base + sizes[0], batch: 1, blocks: outputs.blocks, lanes: 16,
                shape: shape)
            func seconds(_ algorithm: ConvolutionAlgorithm) -> Double {
                ConvolutionAlgorithm.$forced.withValue(algorithm) {
                    var convolution = Convolution(
                        kernel: kernel, input: inputs, output: outputs, fromImage: isImage,
                        trains: false)
                    let count = inputs.places.count * output * kernel.count
                    let weights = (0..<count).map { Float($0 % 13) / 13 - 0.5 }
                    convolution.load(weights: weights[...], bias: nil)
                    let slope = relu(outputs)
                    return median(rounds) { convolution.forward(x, into: y, slope: slope) }
                }
            }
            let hasChoice =
                ConvolutionAlgorithm.suited(to: kernel, fromImage: isImage) == .winograd
            return LayerCost(
                name: name, channels: (inputs.places.count, output), kernel: kernel, shape: shape,
                direct: seconds(.direct), winograd: hasChoice ? seconds(.winograd) : nil)
        }
    }
}

/// The median time of `rounds` runs in seconds, after one to warm up.
package func median(_ rounds: Int, _ body: () throws -> Void) rethrows -> Double {
    try body()
    var times: [Double] = []
    for _ in 0..<max(rounds, 1) {
        let start = DispatchTime.now().uptimeNanoseconds
        try body()
        times.append(Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9)
    }
    return times.sorted()[times.count / 2]
}
