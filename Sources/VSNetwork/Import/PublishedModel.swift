public import Foundation

/// Makes a model of the weights that the network's authors published (KCL-BMEIS/VS_Seg): the state
/// dictionary of its `UNet2d5_spvPA`, widths read from the tensors.
public enum PublishedModel {
    /// Reads a `.pth` file.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - describe: gives the model's description for the architecture found.
    /// - Returns: the model.
    /// - Throws: ``NetworkError`` naming the file.
    public static func read(
        contentsOf path: String, describe: (Architecture) -> ModelDescription
    ) throws(NetworkError) -> ModelFile {
        try read(try SafeTensors.bytes(of: path), subject: path, describe: describe)
    }

    /// Reads a `.pth` file's bytes; `subject` names them in errors.
    public static func read(
        _ data: Data, subject: String, describe: (Architecture) -> ModelDescription
    ) throws(NetworkError) -> ModelFile {
        var source = try StateDictionary(data, subject: subject).tensors
        let names = try PublishedNames(source, subject: subject)
        let architecture = Architecture.residual(
            widths: names.widths, attention: names.hasAttention ? .spatial : .none)
        guard architecture.unusableWidths == nil else {
            throw NetworkError(
                .wrongShape, subject: subject,
                message: "A network of widths \(names.widths) cannot be used.",
                remedy: "Give weights of the published network, UNet2d5_spvPA.")
        }
        let layout = ParameterLayout(architecture)
        var tensors: [String: TensorData] = [:]
        for entry in layout.parameters + layout.statistics {
            let name = names.published(entry.name)
            tensors[entry.name] = source.removeValue(forKey: name)?.withDepthFirst
            guard tensors[entry.name] != nil else {
                throw NetworkError(
                    .wrongShape, subject: subject, message: "Tensor \(name) is missing.",
                    remedy: "Give weights of the published network, UNet2d5_spvPA.")
            }
        }
        if let extra = source.keys.min() {
            throw NetworkError(
                .wrongShape, subject: subject,
                message: "Tensor \(extra) is not one of the published network.",
                remedy: "Give weights of the published network, UNet2d5_spvPA.")
        }
        return ModelFile(
            description: describe(architecture),
            values: try ParameterValues(layout: layout, tensors: tensors, subject: subject))
    }
}

extension TensorData {
    /// Kernels of the published network are [..][x][y][z], z through-plane; ours [..][z][y][x].
    fileprivate var withDepthFirst: TensorData {
        guard shape.count == 5 else { return self }
        let (x, y, z) = (shape[2], shape[3], shape[4])
        let volume = x * y * z
        var turned = values
        for kernel in 0..<(shape[0] * shape[1]) {
            for a in 0..<x {
                for b in 0..<y {
                    for c in 0..<z {
                        turned[kernel * volume + (c * y + b) * x + a] =
                            values[kernel * volume + (a * y + b) * z + c]
                    }
                }
            }
        }
        return TensorData(shape: [shape[0], shape[1], z, y, x], values: turned)
    }
}

/// What the published network calls our parameters.
///
/// Its levels are nested: [block, [way down, next level, way up] beside the skip, attention and
/// block]. The bottom is [attention, block], or the block alone in a network without attention.
struct PublishedNames {
    /// Channels of each level, finest first.
    let widths: [Int]
    let hasAttention: Bool

    /// Follows the nesting down to the bottom.
    init(_ tensors: [String: TensorData], subject: String) throws(NetworkError) {
        func width(_ block: String) -> Int? {
            tensors["\(block)conv.unit0.conv.weight"]?.shape.first
        }
        var found: [Int] = []
        // A dozen levels would halve 4096 voxels to one.
        while found.count < 12, let next = width("\(Self.prefix(found.count))0.") {
            found.append(next)
        }
        let bottom = Self.prefix(found.count)
        hasAttention = tensors["\(bottom)0.0.conv1.conv.weight"] != nil
        guard !found.isEmpty, let last = width(hasAttention ? "\(bottom)1." : bottom) else {
            throw NetworkError(
                .wrongShape, subject: subject,
                message: "Its tensors are not those of the published network.",
                remedy: "Give weights of the published network, UNet2d5_spvPA.")
        }
        widths = found + [last]
    }

    private static func prefix(_ level: Int) -> String {
        "model." + String(repeating: "1.submodule.1.", count: level)
    }

    /// The published name of one of our parameters.
    func published(_ name: String) -> String {
        let parts = name.split(separator: ".", maxSplits: 2).map(String.init)
        guard let first = parts.first else { return name }
        if first == "classify" {
            let block = "model.2." + (hasAttention ? "1." : "")
            return block + Self.inBlock(name.replacing("classify.conv", with: "unit1.conv"))
        }
        guard parts.count == 3, let level = Int(parts[1]) else { return name }
        let own = Self.prefix(level)
        let isBottom = level == widths.count - 1
        let rest = parts[2]
        switch first {
        case "encoder":
            let block = isBottom ? (hasAttention ? "1." : "") : "0."
            return own + block + Self.inBlock(rest)
        case "downsample": return own + "1.submodule.0." + rest
        case "upsample": return own + "1.submodule.2." + rest
        case "decoder": return own + "2." + (hasAttention ? "1." : "") + Self.inBlock(rest)
        case "attend":
            let module = own + (isBottom ? "0.0." : "2.0.0.")
            return module
                + rest.replacing("reduce", with: "conv1.conv").replacing(
                    "score", with: "conv2.conv")
        default: return name
        }
    }

    /// unit1.conv.weight is conv.unit0.conv.weight.
    private static func inBlock(_ name: String) -> String {
        name.replacing("classify.", with: "").replacing("unit1.", with: "conv.unit0.")
            .replacing("unit2.", with: "conv.unit1.")
    }
}
