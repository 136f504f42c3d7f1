import Foundation
import Testing
import VSNetwork
import VSTestSupport

/// The published network from its own file, against PyTorch in evaluation mode.
struct PublishedModelTests {
    /// Relative to the largest magnitude of the tensor: float32 sums in another order, the
    /// normalisation folded into the weights, and Winograd's rounding.
    static let tolerance: Float = 5e-5

    static func description(_ architecture: Architecture) -> ModelDescription {
        ModelDescription(name: "vs-seg", version: "1", architecture: architecture)
    }

    static func published() throws -> ModelFile {
        try PublishedModel.read(
            contentsOf: goldenPath("vs_seg/best_metric_model.pth"), describe: description)
    }

    /// [x][y][z] of the reference, z through-plane, as [z][y][x].
    static func turned(_ tensor: TensorData, channel: Int = 0) -> (WindowShape, [Float]) {
        let (x, y, z) = (tensor.shape[2], tensor.shape[3], tensor.shape[4])
        let start = channel * x * y * z
        var result: [Float] = []
        for c in 0..<z {
            for b in 0..<y {
                for a in 0..<x { result.append(tensor.values[start + (a * y + b) * z + c]) }
            }
        }
        return (WindowShape(depth: z, height: y, width: x), result)
    }

    @Test("the file's widths, levels and every tensor are found")
    func found() throws {
        let model = try Self.published()
        #expect(model.description.architecture == .residual(widths: [4, 8, 12, 16, 20, 24]))
        // What PyTorch counts as parameters.
        #expect(model.parameterCount == 218_184)
        let copy = try ModelFile(model.encoded(), subject: "copy")
        #expect(copy.description == model.description)
        let layout = ParameterLayout(model.description.architecture)
        let read = try SafeTensors(model.encoded(), subject: "copy").tensors
        #expect(read.count == layout.parameters.count + layout.statistics.count)
    }

    @Test("logits and attention maps equal PyTorch's")
    func logits() throws {
        let model = try Self.published()
        let expected = try SafeTensors(contentsOf: goldenPath("vs_seg/expected.safetensors"))
        let network = PreparedUNet(model)
        let (window, image) = Self.turned(try #require(expected.tensors["image"]))
        let workspace = try network.makeWorkspace(for: window)
        let (logits, maps) = network.logits(of: image, workspace: workspace)
        let tensor = try #require(expected.tensors["logits"])
        let both = Self.turned(tensor).1 + Self.turned(tensor, channel: 1).1
        expectClose(logits, both, "logits")
        #expect(maps.count == 6)
        for (level, map) in maps.enumerated() {
            // The reference counts from the coarsest.
            let name = "map\(5 - level)"
            expectClose(map, Self.turned(try #require(expected.tensors[name])).1, name)
        }
        // The one score of a run is the difference of both.
        var difference = [Float](repeating: 0, count: window.count)
        image.withUnsafeBufferPointer { image in
            difference.withUnsafeMutableBufferPointer {
                network.foregroundLogit(of: image, into: $0, workspace: workspace)
            }
        }
        expectClose(
            difference, zip(both[window.count...], both).map { $0 - $1 }, "difference")
    }

    private func expectClose(_ actual: [Float], _ expected: [Float], _ name: String) {
        let scale = expected.reduce(0) { max($0, abs($1)) }
        let worst = zip(actual, expected).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
        #expect(actual.count == expected.count)
        #expect(worst <= Self.tolerance * scale, "\(name): \(worst) of \(scale)")
    }
}
