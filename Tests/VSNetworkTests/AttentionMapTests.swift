import Testing
import VSNetwork

/// The attention map that a viewer shows.
struct AttentionMapTests {
    @Test(
        "it is the finest map of a whole run, on the window's voxels",
        arguments: Architecture.allTiny)
    func finest(architecture: Architecture) throws {
        let network = PreparedUNet(
            architecture: architecture, values: .sample(architecture, seed: 51))
        let step = architecture.multiple
        let window = WindowShape(
            depth: 2 * step.depth, height: 2 * step.height, width: 2 * step.width)
        var numbers = SeededNumbers(seed: 52)
        let input = numbers.floats(window.count)
        let workspace = try network.makeWorkspace(for: window)
        let expected = network.logits(of: input, workspace: workspace).maps.first
        var map = [Float](repeating: -1, count: window.count)
        input.withUnsafeBufferPointer { input in
            map.withUnsafeMutableBufferPointer { map in
                network.attention(of: input, into: map, workspace: workspace)
            }
        }
        #expect(map.allSatisfy { (0...1).contains($0) })
        guard let expected else {
            #expect(map.allSatisfy { $0 == 1 })
            return
        }
        if expected.count == map.count {
            #expect(map == expected)
        } else {
            // A coarser map gives each of its values to as many voxels.
            #expect(Set(map) == Set(expected))
            #expect(map.count % expected.count == 0)
        }
    }
}
