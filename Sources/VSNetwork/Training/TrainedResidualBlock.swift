/// Units one after the other with a 1x1x1 convolution around them, whose output is added.
struct TrainedResidualBlock {
    private let name: String
    private var units: [TrainedUnit]
    private var around: Convolution
    private let middle: [Activation]
    private let middleGradient: [Activation]

    init(
        name: String, count: Int, input: ChannelMap, output: ChannelMap, kernel: WindowShape,
        batch: Int, shape: WindowShape, fromImage: Bool = false, cursor: inout ArenaCursor
    ) {
        self.name = name
        var units: [TrainedUnit] = []
        for number in 1...count {
            units.append(
                TrainedUnit(
                    name: "\(name).unit\(number)",
                    convolution: Convolution(
                        kernel: kernel, input: number == 1 ? input : output, output: output,
                        fromImage: fromImage && number == 1, trains: true),
                    batch: batch, shape: shape, cursor: &cursor))
        }
        self.units = units
        around = Convolution(
            kernel: WindowShape(depth: 1, height: 1, width: 1), input: input, output: output,
            fromImage: fromImage, trains: true)
        middle = (1..<count).map { _ in
            cursor.tensor(batch: batch, blocks: output.blocks, shape: shape)
        }
        middleGradient = (1..<count).map { _ in
            cursor.tensor(batch: batch, blocks: output.blocks, shape: shape)
        }
    }

    mutating func load(_ values: ParameterValues) {
        for index in units.indices { units[index].load(values) }
        around.load(
            weights: values["\(name).residual.weight"], bias: values["\(name).residual.bias"])
    }

    mutating func forward(_ x: Activation, into y: Activation) {
        for index in units.indices {
            units[index].forward(
                index == 0 ? x : middle[index - 1],
                into: index == units.count - 1 ? y : middle[index])
        }
        around.accumulate(x, into: y)
    }

    /// From dy (destroyed) to dx, overwritten, where wanted.
    mutating func backward(
        x: Activation, dy: Activation, dx: Activation?, gradients: GradientStore
    ) {
        around.weightGradient(
            x: x, dy: dy, weights: gradients.place("\(name).residual.weight"),
            bias: gradients.place("\(name).residual.bias"))
        if let dx { around.inputGradient(dy, into: dx) }
        for index in units.indices.reversed() {
            units[index].backward(
                x: index == 0 ? x : middle[index - 1],
                dy: index == units.count - 1 ? dy : middleGradient[index],
                dx: index == 0 ? dx : middleGradient[index - 1], gradients: gradients,
                accumulating: index == 0)
        }
    }

    func updateRunning(_ values: inout ParameterValues) {
        for unit in units { unit.updateRunning(&values) }
    }
}
