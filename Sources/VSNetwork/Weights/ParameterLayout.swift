/// The names, shapes and places of a network's parameters in one flat array.
///
/// Names and shapes are those of the reference network's state dictionary (PyTorch layout: out, in,
/// depth, height, width; in, out for transposed convolutions).
package struct ParameterLayout: Sendable, Equatable {
    /// One named tensor.
    package struct Entry: Sendable, Equatable {
        package let name: String
        package let shape: [Int]
        package let offset: Int
        package var count: Int { shape.reduce(1, *) }
        package var range: Range<Int> { offset..<offset + count }
    }

    /// What the optimiser changes.
    package private(set) var parameters: [Entry] = []
    /// The running means and variances of the normalisations.
    package private(set) var statistics: [Entry] = []

    private var places: [String: Entry] = [:]

    /// The number of trainable values.
    package var parameterCount: Int { parameters.last.map { $0.range.upperBound } ?? 0 }
    /// The number of running statistics.
    package var statisticCount: Int { statistics.last.map { $0.range.upperBound } ?? 0 }

    /// Whether the architecture has a tensor of this name.
    func has(_ name: String) -> Bool { places[name] != nil }

    /// The entry of a name that the architecture has.
    package func entry(_ name: String) -> Entry {
        guard let entry = places[name] else { preconditionFailure("no parameter \(name)") }
        return entry
    }

    private mutating func add(_ name: String, _ shape: [Int]) {
        let entry = Entry(name: name, shape: shape, offset: parameterCount)
        parameters.append(entry)
        places[name] = entry
    }

    private mutating func addStatistic(_ name: String, _ count: Int) {
        let entry = Entry(name: name, shape: [count], offset: statisticCount)
        statistics.append(entry)
        places[name] = entry
    }

    private mutating func addConvolution(
        _ name: String, _ out: Int, _ input: Int, _ kernel: WindowShape, bias: Bool = true
    ) {
        add("\(name).weight", [out, input, kernel.depth, kernel.height, kernel.width])
        if bias { add("\(name).bias", [out]) }
    }

    private mutating func addNorm(_ name: String, _ channels: Int, slopes: Int? = nil) {
        add("\(name).norm.weight", [channels])
        add("\(name).norm.bias", [channels])
        addStatistic("\(name).norm.running_mean", channels)
        addStatistic("\(name).norm.running_var", channels)
        add("\(name).act.weight", [slopes ?? channels])
    }

    private mutating func addBlock(
        _ name: String, _ input: Int, _ out: Int, _ kernel: WindowShape
    ) {
        for (unit, width) in [("unit1", input), ("unit2", out)] {
            addConvolution("\(name).\(unit).conv", out, width, kernel)
            addNorm("\(name).\(unit)", out)
        }
    }

    /// The layout of an architecture.
    package init(_ architecture: Architecture) {
        switch architecture.family {
        case .paper: addPaper(architecture)
        case .residual: addResidual(architecture)
        }
    }

    private mutating func addPaper(_ architecture: Architecture) {
        let channels = architecture.channels
        let kernels = architecture.kernels
        let strides = architecture.strides
        let point = WindowShape(depth: 1, height: 1, width: 1)
        for level in 0..<5 {
            let input = level == 0 ? 1 : channels[level - 1]
            addBlock("encoder.\(level)", input, channels[level], kernels[level])
        }
        for level in 0..<4 {
            let stride = strides[level]
            add(
                "upsample.\(level).conv.weight",
                [channels[level + 1], channels[level], stride.depth, stride.height, stride.width])
            add("upsample.\(level).conv.bias", [channels[level]])
            addNorm("upsample.\(level)", channels[level])
        }
        for level in 0..<4 {
            addBlock("decoder.\(level)", 2 * channels[level], channels[level], kernels[level])
        }
        switch architecture.attention {
        case .none: break
        case .spatial: addSpatialAttention(architecture)
        case .gate:
            for level in 0..<4 {
                let width = channels[level]
                addConvolution("attend.\(level).theta", width / 2, width, point, bias: false)
                addConvolution("attend.\(level).phi", width / 2, width, point)
                addConvolution("attend.\(level).psi", 1, width / 2, point)
            }
        }
        addConvolution("classify", 2, channels[0], point)
    }

    private mutating func addSpatialAttention(_ architecture: Architecture) {
        for level in 0..<architecture.levels {
            let width = architecture.attendedSegments(level).reduce(0, +)
            let kernel = architecture.kernels[level]
            addConvolution("attend.\(level).reduce", width / 2, width, kernel)
            addConvolution("attend.\(level).score", 1, width / 2, kernel)
        }
    }

    /// Two units with a 1x1x1 convolution around them (one unit in the decoder); the finest level's
    /// decoder is the classifier.
    private mutating func addResidual(_ architecture: Architecture) {
        let channels = architecture.channels
        let kernels = architecture.kernels
        let point = WindowShape(depth: 1, height: 1, width: 1)
        for level in 0..<architecture.levels {
            let (input, out) = (level == 0 ? 1 : channels[level - 1], channels[level])
            addUnit("encoder.\(level).unit1", out, input, kernels[level])
            addUnit("encoder.\(level).unit2", out, out, kernels[level])
            addConvolution("encoder.\(level).residual", out, input, point)
        }
        for level in 0..<architecture.levels - 1 {
            let kernel = architecture.samplingKernels[level]
            let width = channels[level]
            addUnit("downsample.\(level)", width, width, kernel)
            add(
                "upsample.\(level).conv.weight",
                [channels[level + 1], width, kernel.depth, kernel.height, kernel.width])
            add("upsample.\(level).conv.bias", [width])
            addNorm("upsample.\(level)", width, slopes: 1)
        }
        for level in 1..<architecture.levels - 1 {
            let width = channels[level]
            addUnit("decoder.\(level).unit1", width, 2 * width, kernels[level])
            addConvolution("decoder.\(level).residual", width, 2 * width, point)
        }
        if architecture.attention == .spatial { addSpatialAttention(architecture) }
        addConvolution("classify.conv", 2, 2 * channels[0], kernels[0])
        addConvolution("classify.residual", 2, 2 * channels[0], point)
    }

    private mutating func addUnit(
        _ name: String, _ out: Int, _ input: Int, _ kernel: WindowShape
    ) {
        addConvolution("\(name).conv", out, input, kernel)
        addNorm(name, out, slopes: 1)
    }
}

/// The values of a network's parameters and running statistics.
package struct ParameterValues: Sendable, Equatable {
    package let layout: ParameterLayout
    /// Trainable values, in the layout's order.
    package var parameters: [Float]
    /// Running means and variances, in the layout's order.
    package var statistics: [Float]

    /// Zeros; running variances one.
    package init(layout: ParameterLayout) {
        self.layout = layout
        parameters = Array(repeating: 0, count: layout.parameterCount)
        statistics = Array(repeating: 0, count: layout.statisticCount)
        for entry in layout.statistics where entry.name.hasSuffix("running_var") {
            for place in entry.range { statistics[place] = 1 }
        }
    }

    /// Takes tensors by name; every one of the layout must be there, in its shape and finite.
    ///
    /// - Parameters:
    ///   - layout: the names and shapes wanted.
    ///   - tensors: the file's tensors; those of other names are left alone.
    ///   - prefix: what the names start with.
    ///   - subject: names the file in errors.
    /// - Throws: ``NetworkError`` for a missing or misshapen tensor, or a value that cannot be.
    package init(
        layout: ParameterLayout, tensors: [String: TensorData], prefix: String = "",
        subject: String
    ) throws(NetworkError) {
        self.init(layout: layout)
        for (entry, trainable) in layout.parameters.map({ ($0, true) })
            + layout.statistics.map({ ($0, false) })
        {
            guard let tensor = tensors[prefix + entry.name] else {
                throw NetworkError(
                    .wrongShape, subject: subject, message: "Tensor \(entry.name) is missing.",
                    remedy: "Use weights of the architecture the file names.")
            }
            guard tensor.shape == entry.shape else {
                throw NetworkError(
                    .wrongShape, subject: subject,
                    message: "Tensor \(entry.name) is \(tensor.shape), not \(entry.shape).",
                    remedy: "Use weights of the architecture the file names.")
            }
            guard tensor.values.allSatisfy(\.isFinite) else {
                throw NetworkError(
                    .notFinite, subject: subject,
                    message: "Tensor \(entry.name) holds a value that is not a finite number.",
                    remedy: "Train the model again, or use an earlier checkpoint.")
            }
            guard !entry.name.hasSuffix("running_var") || tensor.values.allSatisfy({ $0 >= 0 })
            else {
                throw NetworkError(
                    .malformed, subject: subject,
                    message: "Tensor \(entry.name) holds a negative variance.",
                    remedy: "Train the model again, or use an earlier checkpoint.")
            }
            if trainable {
                parameters.replaceSubrange(entry.range, with: tensor.values)
            } else {
                statistics.replaceSubrange(entry.range, with: tensor.values)
            }
        }
    }

    /// The values of one named tensor.
    package subscript(_ name: String) -> ArraySlice<Float> {
        let entry = layout.entry(name)
        return name.contains("running_") ? statistics[entry.range] : parameters[entry.range]
    }

    /// All tensors by name.
    package var tensors: [String: TensorData] {
        var result: [String: TensorData] = [:]
        for entry in layout.parameters {
            result[entry.name] = TensorData(
                shape: entry.shape, values: Array(parameters[entry.range]))
        }
        for entry in layout.statistics {
            result[entry.name] = TensorData(
                shape: entry.shape, values: Array(statistics[entry.range]))
        }
        return result
    }
}
