/// Two units one after the other: an encoder or decoder block.
struct TrainedBlock {
    private var unit1: TrainedUnit
    private var unit2: TrainedUnit
    private let middle: Activation
    private let middleGradient: Activation

    init(
        name: String, input: ChannelMap, output: ChannelMap, kernel: WindowShape, batch: Int,
        shape: WindowShape, fromImage: Bool = false, cursor: inout ArenaCursor
    ) {
        unit1 = TrainedUnit(
            name: "\(name).unit1",
            convolution: Convolution(
                kernel: kernel, input: input, output: output, fromImage: fromImage, trains: true),
            batch: batch, shape: shape, cursor: &cursor)
        unit2 = TrainedUnit(
            name: "\(name).unit2",
            convolution: Convolution(
                kernel: kernel, input: output, output: output, trains: true),
            batch: batch, shape: shape, cursor: &cursor)
        middle = cursor.tensor(batch: batch, blocks: output.blocks, shape: shape)
        middleGradient = cursor.tensor(batch: batch, blocks: output.blocks, shape: shape)
    }

    mutating func load(_ values: ParameterValues) {
        unit1.load(values)
        unit2.load(values)
    }

    mutating func forward(_ x: Activation, into y: Activation) {
        unit1.forward(x, into: middle)
        unit2.forward(middle, into: y)
    }

    /// From dy (destroyed) to dx, overwritten, where wanted.
    mutating func backward(
        x: Activation, dy: Activation, dx: Activation?, gradients: GradientStore
    ) {
        unit2.backward(x: middle, dy: dy, dx: middleGradient, gradients: gradients)
        unit1.backward(x: x, dy: middleGradient, dx: dx, gradients: gradients)
    }

    func updateRunning(_ values: inout ParameterValues) {
        unit1.updateRunning(&values)
        unit2.updateRunning(&values)
    }
}
