import Foundation
import Testing
import VSNetwork
import VSTestSupport

/// The prepared network against the reference's evaluation mode (PyTorch, float32).
struct GoldenInferenceTests {
    /// Relative to the largest magnitude of the tensor: float32 sums in another order, and the
    /// normalisation folded into the weights.
    static let tolerance: Float = 2e-5

    static let variants: [(String, Geometry, Attention)] = [
        ("unet2d", .planar, .none), ("unet3d", .volumetric, .none), ("unet25d", .mixed, .none),
        ("unet25d-ag", .mixed, .gate), ("unet25d-pa", .mixed, .spatial),
    ]

    @Test("logits and attention maps equal the reference", arguments: variants)
    func logits(name: String, geometry: Geometry, attention: Attention) throws {
        let golden = try SafeTensors(contentsOf: goldenPath("\(name).safetensors"))
        let architecture = Architecture(geometry: geometry, attention: attention, baseWidth: 4)
        let values = try ParameterValues(
            layout: ParameterLayout(architecture), tensors: golden.tensors, prefix: "parameter.",
            subject: name)
        let network = PreparedUNet(architecture: architecture, values: values)
        let image = try #require(golden.tensors["image"])
        let window = WindowShape(
            depth: image.shape[2], height: image.shape[3], width: image.shape[4])
        let workspace = try network.makeWorkspace(for: window)
        let expected = try #require(golden.tensors["eval.logits"]).values
        // The second image first, so that the first must not see what the second left behind.
        for n in [1, 0] {
            let input = Array(image.values[n * window.count..<(n + 1) * window.count])
            let (logits, maps) = network.logits(of: input, workspace: workspace)
            expectClose(
                logits, Array(expected[n * 2 * window.count..<(n + 1) * 2 * window.count]),
                "\(name) logits")
            #expect(maps.count == (attention == .spatial ? 5 : attention == .gate ? 4 : 0))
            for (level, map) in maps.enumerated() {
                let all = try #require(golden.tensors["eval.map\(level + 1)"]).values
                expectClose(
                    map, Array(all[n * map.count..<(n + 1) * map.count]),
                    "\(name) map \(level + 1)")
            }
        }
    }

    private func expectClose(_ actual: [Float], _ expected: [Float], _ name: String) {
        let scale = expected.reduce(0) { max($0, abs($1)) }
        let worst = zip(actual, expected).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
        #expect(actual.count == expected.count)
        #expect(worst <= Self.tolerance * scale, "\(name): \(worst) of \(scale)")
    }
}
