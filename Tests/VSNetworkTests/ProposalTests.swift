import Testing
import VSNetwork

/// The quick pass that says where to look.
struct ProposalTests {
    private static let proposing = Architecture.allTiny.filter(PreparedUNet.canPropose)

    @Test("it gives the attention map of a whole run, bit for bit, in less memory")
    func map() throws {
        #expect(Self.proposing.count == 2)
        for architecture in Self.proposing {
            let network = PreparedUNet(
                architecture: architecture, values: .sample(architecture, seed: 41))
            let step = architecture.multiple
            let window = WindowShape(
                depth: 2 * step.depth, height: 2 * step.height, width: 3 * step.width)
            var numbers = SeededNumbers(seed: 42)
            let input = numbers.floats(window.count)
            let whole = try network.makeWorkspace(for: window)
            let expected = network.logits(of: input, workspace: whole).maps[3]
            let quick = try network.makeProposalWorkspace(for: window)
            #expect(quick.bytes < whole.bytes)
            // Twice, so that the second run must not see what the first left behind.
            for _ in 0..<2 {
                let (map, shape) = input.withUnsafeBufferPointer {
                    network.proposals(of: $0, workspace: quick)
                }
                #expect(shape.count == map.count)
                #expect(window.depth % shape.depth == 0 && window.width % shape.width == 0)
                #expect(bits(map) == bits(expected))
            }
        }
    }

    @Test("slabs of any size give the same map")
    func slabs() throws {
        let architecture = try #require(Self.proposing.first)
        let network = PreparedUNet(
            architecture: architecture, values: .sample(architecture, seed: 43))
        let step = architecture.multiple
        let window = WindowShape(depth: 4 * step.depth, height: step.height, width: step.width)
        var numbers = SeededNumbers(seed: 44)
        let input = numbers.floats(window.count)
        let maps = try [1, 1 << 15, 1 << 30].map { slab in
            let workspace = try network.makeProposalWorkspace(for: window, slabBytes: slab)
            return input.withUnsafeBufferPointer {
                bits(network.proposals(of: $0, workspace: workspace).map)
            }
        }
        #expect(Set(maps).count == 1)
    }

    @Test("a network without such a level does not propose")
    func none() {
        #expect(!PreparedUNet.canPropose(Architecture(attention: .none)))
        #expect(!PreparedUNet.canPropose(Architecture(attention: .gate)))
        #expect(!PreparedUNet.canPropose(Architecture(geometry: .planar)))
        #expect(!PreparedUNet.canPropose(.residual()))
    }
}
