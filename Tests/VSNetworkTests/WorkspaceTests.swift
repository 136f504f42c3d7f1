import Foundation
import Testing
import VSNetwork

struct WorkspaceTests {
    @Test(
        "the bytes known beforehand are those a workspace holds", arguments: Architecture.allTiny)
    func plannedBytes(architecture: Architecture) throws {
        let network = PreparedUNet(
            architecture: architecture, values: .sample(architecture, seed: 91))
        for scale in 1...3 {
            let step = architecture.multiple
            let window = WindowShape(
                depth: step.depth, height: scale * step.height, width: 2 * step.width)
            let workspace = try network.makeWorkspace(for: window)
            #expect(workspace.window == window)
            #expect(
                workspace.bytes
                    == PreparedUNet.workspaceBytes(for: window, architecture: architecture))
        }
    }

    @Test("the smallest planar window needs 24 864 floats, placed by hand")
    func byHand() {
        // Blocks of 16 channels with a border: 5184 floats at 16 x 16, 1600 at 8 x 8, 576 at 4 x 4,
        // 256 at 2 x 2, 144 at 1 x 1; the image 324, rounded up to 336. First fit:
        //   image and output to 672; of each encoder level skip, middle and pooled: to 12 640, 16 416,
        //   17 824, 18 480; then middles and pooled are dead but the last's, and the bottom lies in
        //   their gap at 5856.
        //   Decoder, of each level what is upsampled and a scratch: of the finest the one from 6000 to
        //   11 184, the other from 18 080, where the last skip ends, to 23 264; of the second the one
        //   at 14 240, the other, for which no gap is left, to 24 864. All others find room below.
        let architecture = Architecture(geometry: .planar, attention: .none, baseWidth: 2)
        let bytes = PreparedUNet.workspaceBytes(
            for: WindowShape(depth: 1, height: 16, width: 16), architecture: architecture)
        #expect(bytes == 24_864 * 4)
    }

    @Test("memory grows with the window and stays under three feature maps of full resolution")
    func fewMaps() {
        let architecture = Architecture()
        let window = WindowShape(depth: 24, height: 96, width: 96)
        let bytes = PreparedUNet.workspaceBytes(for: window, architecture: architecture)
        let map = 24 * 98 * 98 * 16 * 4
        #expect(2 * bytes > 3 * map && bytes < 3 * map, "\(Double(bytes) / Double(map)) maps")
    }

    @Test(
        "however a window is cut into slabs, the bits are the same",
        arguments: Architecture.allTiny)
    func slabs(architecture: Architecture) throws {
        let network = PreparedUNet(
            architecture: architecture, values: .sample(architecture, seed: 93))
        let step = architecture.multiple
        // Five slices and so no whole number of slabs of two, where levels are planar.
        let window = WindowShape(
            depth: step.depth == 1 ? 5 : 2 * step.depth, height: 2 * step.height,
            width: step.width)
        var numbers = SeededNumbers(seed: 94)
        let image = numbers.floats(window.count)
        let whole = try network.makeWorkspace(for: window, slabBytes: .max)
        let expected = network.logits(of: image, workspace: whole)
        // One slice, then about two.
        for bytes in [1, 2 * (whole.bytes / window.depth)] {
            for use in MemoryUse.allCases {
                let workspace = try network.makeWorkspace(
                    for: window, slabBytes: bytes, memory: use)
                let found = network.logits(of: image, workspace: workspace)
                let differing = zip(found.logits, expected.logits).count {
                    $0.bitPattern != $1.bitPattern
                }
                #expect(differing == 0)
                #expect(found.maps.map(\.count) == expected.maps.map(\.count))
                #expect(zip(found.maps.joined(), expected.maps.joined()).count { $0 != $1 } == 0)
            }
        }
    }

    @Test(
        "slabs with their halo give the bits of the whole window, the last slab short",
        arguments: [Architecture(baseWidth: 2), Architecture(baseWidth: 17)]
            + [Attention.none, .gate].map { Architecture(attention: $0, baseWidth: 2) }
            + [
                Architecture(geometry: .volumetric, baseWidth: 2),
                .residual(widths: [2, 3, 4, 5, 6, 7]),
            ])
    func halo(architecture: Architecture) throws {
        let network = PreparedUNet(
            architecture: architecture, values: .sample(architecture, seed: 98))
        // Four slabs: one at either end, two with a halo on both sides.
        let step = architecture.multiple
        let window = architecture.window(
            covering: WindowShape(depth: 28, height: 1, width: 2 * step.width))
        var numbers = SeededNumbers(seed: 99)
        let image = numbers.floats(window.count)
        let expected = network.logits(
            of: image, workspace: try network.makeWorkspace(for: window))
        let least = try network.makeWorkspace(for: window, memory: .least)
        // Twice in the same memory: what the first run leaves there must not matter.
        for _ in 0..<2 {
            let found = network.logits(of: image, workspace: least)
            let differing = zip(found.logits, expected.logits).count {
                $0.bitPattern != $1.bitPattern
            }
            #expect(differing == 0)
            for (level, maps) in zip(found.maps, expected.maps).enumerated() {
                #expect(zip(maps.0, maps.1).count { $0 != $1 } == 0, "level \(level)")
            }
        }
        guard PreparedUNet.canPropose(architecture) else { return }
        let maps = try [MemoryUse.fast, .least].map { use in
            let workspace = try network.makeProposalWorkspace(for: window, memory: use)
            return image.withUnsafeBufferPointer {
                network.proposals(of: $0, workspace: workspace).map
            }
        }
        #expect(maps[0] == maps[1])
    }

    @Test("each thriftier way saves a field of the paper's network a good part of its memory")
    func thrift() throws {
        let window = WindowShape(depth: 64, height: 384, width: 384)
        let architecture = Architecture()
        let bytes = MemoryUse.allCases.map {
            PreparedUNet.workspaceBytes(for: window, architecture: architecture, memory: $0)
        }
        #expect(bytes[1] * 10 < bytes[0] * 6)
        #expect(bytes[2] * 4 < bytes[1] * 3)
    }

    @Test(
        "looking for places takes no more memory than the whole run does",
        arguments: MemoryUse.allCases)
    func proposals(use: MemoryUse) throws {
        let window = WindowShape(depth: 40, height: 64, width: 64)
        let architecture = Architecture(baseWidth: 4)
        let network = PreparedUNet(
            architecture: architecture, values: .sample(architecture, seed: 97))
        let whole = try network.makeWorkspace(for: window, memory: use).bytes
        #expect(try network.makeProposalWorkspace(for: window, memory: use).bytes <= whole)
    }

    @Test(
        "a window that does not suit is refused with the multiples that do",
        arguments: [
            WindowShape(depth: 4, height: 16, width: 24),
            WindowShape(depth: 4, height: 8, width: 16),
            WindowShape(depth: 6, height: 16, width: 16),
            WindowShape(depth: 0, height: 16, width: 16),
            WindowShape(depth: 4, height: -16, width: 16),
        ])
    func refused(window: WindowShape) throws {
        let architecture = Architecture(baseWidth: 2)
        let values = ParameterValues.sample(architecture, seed: 92)
        let network = PreparedUNet(architecture: architecture, values: values)
        let errors = [
            #expect(throws: NetworkError.self) { try network.makeWorkspace(for: window) },
            #expect(throws: NetworkError.self) {
                try TrainingNetwork(
                    architecture: architecture, values: values, batch: 2, window: window)
            },
        ]
        for error in errors {
            #expect(error?.code == .window)
            #expect(
                error?.message.contains("\(window.depth) x \(window.height) x \(window.width)")
                    == true)
            #expect(error?.remedy.contains("4 x 16 x 16") == true)
        }
    }

    @Test("a window for which the system has no memory is an error")
    func tooLarge() {
        let architecture = Architecture(baseWidth: 2)
        let network = PreparedUNet(
            architecture: architecture, values: .sample(architecture, seed: 93))
        // 2^46 voxels: more than a process can address.
        let error = #expect(throws: NetworkError.self) {
            try network.makeWorkspace(
                for: WindowShape(depth: 1 << 14, height: 1 << 16, width: 1 << 16))
        }
        #expect(error?.code == .window)
        #expect(error?.message.contains("MiB") == true)
    }

    @Test("the smallest window that covers a shape suits, and no smaller one covers it")
    func covering() {
        let architecture = Architecture(geometry: .mixed)
        #expect(architecture.multiple == WindowShape(depth: 4, height: 16, width: 16))
        let covering = architecture.window(covering: WindowShape(depth: 5, height: 32, width: 33))
        #expect(covering == WindowShape(depth: 8, height: 32, width: 48))
        let least = architecture.window(covering: WindowShape(depth: 0, height: 0, width: 1))
        #expect(least == WindowShape(depth: 4, height: 16, width: 16))
        #expect(
            Architecture(geometry: .volumetric).multiple
                == WindowShape(depth: 16, height: 16, width: 16))
        #expect(
            Architecture(geometry: .planar).multiple == WindowShape(depth: 1, height: 16, width: 16)
        )
    }

    @Test("what an earlier run left behind does not matter", arguments: Architecture.allTiny)
    func reused(architecture: Architecture) throws {
        let network = PreparedUNet(
            architecture: architecture, values: .sample(architecture, seed: 94))
        let window = architecture.tinyWindow
        var numbers = SeededNumbers(seed: 95)
        let input = numbers.floats(window.count)
        let fresh = network.probability(of: input, in: try network.makeWorkspace(for: window))
        let workspace = try network.makeWorkspace(for: window)
        _ = network.probability(of: input.map { 1000 * $0 }, in: workspace)
        #expect(bits(network.probability(of: input, in: workspace)) == bits(fresh))
    }

    @Test(
        "a workspace may take over the memory of another that is done with",
        arguments: Architecture.allTiny)
    func takenOver(architecture: Architecture) throws {
        let network = PreparedUNet(
            architecture: architecture, values: .sample(architecture, seed: 88))
        let window = architecture.tinyWindow
        let wide = WindowShape(
            depth: 2 * window.depth, height: window.height, width: 2 * window.width)
        var numbers = SeededNumbers(seed: 89)
        let input = numbers.floats(window.count)
        let other = numbers.floats(wide.count).map { 1000 * $0 }
        let fresh = bits(network.probability(of: input, in: try network.makeWorkspace(for: window)))

        var large: Workspace? = try network.makeWorkspace(for: wide)
        if let large { _ = network.probability(of: other, in: large) }
        let bytes = large?.bytes
        let small = try network.makeWorkspace(for: window, reusing: large.take())
        #expect(small.bytes == bytes)
        #expect(bits(network.probability(of: input, in: small)) == fresh)

        // What does not suffice is given back.
        let enough = try network.makeWorkspace(
            for: wide, reusing: try network.makeWorkspace(for: window))
        #expect(enough.bytes == bytes)

        guard PreparedUNet.canPropose(architecture) else { return }
        func proposals(_ workspace: Workspace) -> [Float] {
            input.withUnsafeBufferPointer { network.proposals(of: $0, workspace: workspace).map }
        }
        let expected = bits(proposals(try network.makeProposalWorkspace(for: window)))
        _ = network.probability(of: other, in: enough)
        let quick = try network.makeProposalWorkspace(for: window, reusing: enough)
        #expect(bits(proposals(quick)) == expected)
        let after = try network.makeWorkspace(for: window, reusing: quick)
        #expect(bits(network.probability(of: input, in: after)) == fresh)
    }

    @Test("two workspaces of one network at the same time give the bits they give alone")
    func concurrent() throws {
        let architecture = Architecture(baseWidth: 5)
        let network = PreparedUNet(
            architecture: architecture, values: .sample(architecture, seed: 96))
        let window = architecture.tinyWindow
        var numbers = SeededNumbers(seed: 97)
        let inputs = [numbers.floats(window.count), numbers.floats(window.count)]
        let alone = try inputs.map {
            bits(network.probability(of: $0, in: try network.makeWorkspace(for: window)))
        }
        #expect(alone[0] != alone[1])
        let results = ConcurrentResults()
        DispatchQueue.concurrentPerform(iterations: 2) { index in
            guard let workspace = try? network.makeWorkspace(for: window) else { return }
            for _ in 0..<8 {
                results.add(bits(network.probability(of: inputs[index], in: workspace)), index)
            }
        }
        #expect(results.all[0].count == 8 && results.all[1].count == 8)
        for index in 0..<2 { #expect(results.all[index].allSatisfy { $0 == alone[index] }) }
    }
}

/// What two threads found.
private final class ConcurrentResults: @unchecked Sendable {
    // Sound because the lock guards the only field.
    private let lock = NSLock()
    private var found: [[[UInt32]]] = [[], []]

    var all: [[[UInt32]]] { lock.withLock { found } }
    func add(_ result: [UInt32], _ index: Int) { lock.withLock { found[index].append(result) } }
}
