import CKernels
import Testing
import VSNetwork

extension KernelVariantTests {
    /// Outgrows 16 MB, from where outputs are written past the caches, while each of its slices does
    /// not; rows and columns that no tile of four divides.
    private static let large = WindowShape(depth: 4, height: 258, width: 257)

    @Test("what is written past the caches has the bits of slices that are not")
    func streaming() async {
        await #expect(processExitsWith: .success) {
            try Self.inEachInstructionSet { set in
                var numbers = SeededNumbers(seed: 41)
                try Self.streamedConvolution(set, &numbers)
                try Self.streamedPasses(set, &numbers)
            }
        }
    }

    private static func streamedConvolution(_ set: String, _ numbers: inout SeededNumbers) throws {
        let item = ConvolutionCase(
            kernel: ConvolutionCase.inPlane, segments: [16], out: 16, batch: 1, shape: large)
        let x = try tensor(channels: 16, &numbers)
        let weights = item.packed(numbers.floats(16 * 16 * item.kernel.count))
        let (bias, slope) = (numbers.floats(16), numbers.floats(16))
        var transformed = [Float](repeating: 0, count: vsdb_winograd_weight_count(1, 1, 1))
        vsdb_winograd_weights_f32(weights, 1, 1, 1, &transformed)
        try compare("\(set) convolution", x) { x, y in
            vsdb_winograd_forward_f32(&x, &y, 1, transformed, [16], nil, nil, 0)
        }
        try compare("\(set) convolution with bias and slope", x) { x, y in
            vsdb_winograd_forward_f32(&x, &y, 1, transformed, [16], bias, slope, 0)
        }
    }

    private static func streamedPasses(_ set: String, _ numbers: inout SeededNumbers) throws {
        let x = try tensor(channels: 16, &numbers)
        let values = (0..<5).map { _ in numbers.floats(16) }
        try compare("\(set) normalisation", x) { x, y in
            values[0].withUnsafeBufferPointer { a in
                values[1].withUnsafeBufferPointer { b in
                    let norm = vsdb_norm(
                        mean: a.baseAddress, inverse_deviation: b.baseAddress,
                        gamma: b.baseAddress, beta: a.baseAddress, slope: a.baseAddress)
                    vsdb_norm_prelu_forward_f32(&x, &y, norm)
                }
            }
        }
        let map = try BlockedTensor(
            PlainTensor(batch: 1, channels: 1, shape: large, random: &numbers), lanes: 1)
        let (whole, parts) = (try tensor(channels: 16), try tensor(channels: 16))
        let (wholeMap, partsMap) = (
            try BlockedTensor(PlainTensor(batch: 1, channels: 1, shape: large), lanes: 1),
            try BlockedTensor(PlainTensor(batch: 1, channels: 1, shape: large), lanes: 1)
        )
        let dy = try tensor(channels: 16, &numbers)
        vsdb_attend_forward_f32(&x.raw, &map.raw, 1, &whole.raw)
        for d in 0..<large.depth {
            var (xd, md, yd) = (slice(x, d), slice(map, d), slice(parts, d))
            vsdb_attend_forward_f32(&xd, &md, 1, &yd)
        }
        expectSame(whole, parts, "\(set) attention")
        vsdb_attend_backward_f32(&x.raw, &map.raw, 1, &dy.raw, &whole.raw, &wholeMap.raw)
        for d in 0..<large.depth {
            var (xd, md, dyd) = (slice(x, d), slice(map, d), slice(dy, d))
            var (dxd, dmd) = (slice(parts, d), slice(partsMap, d))
            vsdb_attend_backward_f32(&xd, &md, 1, &dyd, &dxd, &dmd)
        }
        expectSame(whole, parts, "\(set) attention's gradient")
        expectSame(wholeMap, partsMap, "\(set) the map's gradient")
    }

    private static func tensor(
        channels: Int, _ numbers: inout SeededNumbers
    ) throws -> BlockedTensor {
        try BlockedTensor(
            PlainTensor(batch: 1, channels: channels, shape: large, random: &numbers))
    }

    private static func tensor(channels: Int) throws -> BlockedTensor {
        try BlockedTensor(PlainTensor(batch: 1, channels: channels, shape: large))
    }

    /// Runs `body` on the whole tensor, and on each slice by itself.
    private static func compare(
        _ what: String, _ x: BlockedTensor,
        _ body: (inout vsdb_tensor, inout vsdb_tensor) -> Void
    ) throws {
        let (whole, parts) = (try tensor(channels: 16), try tensor(channels: 16))
        body(&x.raw, &whole.raw)
        for d in 0..<large.depth {
            var (xd, yd) = (slice(x, d), slice(parts, d))
            body(&xd, &yd)
        }
        expectSame(whole, parts, what)
    }

    private static func slice(_ tensor: BlockedTensor, _ d: Int) -> vsdb_tensor {
        var result = tensor.raw
        result.data += d * tensor.raw.plane
        result.depth = 1
        return result
    }

    private static func expectSame(_ a: BlockedTensor, _ b: BlockedTensor, _ what: String) {
        let same = (0..<a.raw.image).allSatisfy { a.raw.data[$0] == b.raw.data[$0] }
        #expect(same, "\(what)")
        #expect((0..<a.raw.image).contains { a.raw.data[$0] != 0 }, "\(what) is all zeros")
    }
}
