import CKernels
import Foundation
import Testing
import VSNetwork

/// What needs no vectors and is the same in every instruction set: layout, sigmoid, softmax.
struct KernelLayoutTests {
    /// Of 1: one exponential and one division in float32.
    static let tolerance = 2e-7

    static let shape = WindowShape(depth: 2, height: 3, width: 5)

    @Test("a plain image becomes a one-channel tensor and comes back, the border zero")
    func scalar() throws {
        var numbers = SeededNumbers(seed: 41)
        let plain = PlainTensor(batch: 2, channels: 1, shape: Self.shape, random: &numbers)
        let values = plain.values.map(Float.init)
        let tensor = try BlockedTensor(plain.map { _ in 0 }, lanes: 1)
        vsdb_pack_scalar_f32(values, &tensor.raw)
        #expect(tensor.plain.values == plain.values)
        #expect(tensor.hasZeroBorder)
        var back = [Float](repeating: 0, count: values.count)
        vsdb_unpack_scalar_f32(&tensor.raw, &back)
        #expect(back == values)
    }

    @Test("plain channels go into blocks and come back, the other places zero")
    func channels() throws {
        var numbers = SeededNumbers(seed: 42)
        let plain = PlainTensor(batch: 2, channels: 19, shape: Self.shape, random: &numbers)
        let values = plain.values.map(Float.init)
        let tensor = try BlockedTensor(plain.map { _ in 0 })
        vsdb_pack_channels_f32(values, 19, &tensor.raw)
        #expect(tensor.plain.values == plain.values)
        var all = [Float](repeating: 1, count: values.count / 19 * 32)
        vsdb_unpack_channels_f32(&tensor.raw, 32, &all)
        let voxels = Self.shape.count
        for n in 0..<2 {
            let rest = all[(n * 32 + 19) * voxels..<(n + 1) * 32 * voxels]
            #expect(rest.allSatisfy { $0 == 0 })
        }
        var back = [Float](repeating: 0, count: values.count)
        vsdb_unpack_channels_f32(&tensor.raw, 19, &back)
        #expect(back == values)
    }

    @Test("clearing the border leaves the inside, clearing leaves nothing", arguments: [1, 16])
    func clearing(lanes: Int) throws {
        var numbers = SeededNumbers(seed: 43)
        let plain = PlainTensor(
            batch: 2, channels: lanes == 1 ? 1 : 19, shape: Self.shape, random: &numbers)
        let tensor = try BlockedTensor(plain, lanes: lanes)
        tensor.spoilBorder()
        #expect(!tensor.hasZeroBorder)
        vsdb_clear_border_f32(&tensor.raw)
        #expect(tensor.hasZeroBorder)
        #expect(tensor.plain.values == plain.values)
        tensor.spoilBorder()
        vsdb_clear_f32(&tensor.raw)
        #expect(tensor.hasZeroBorder)
        #expect(tensor.plain.values.allSatisfy { $0 == 0 })
    }

    @Test("clearing some blocks of a concatenation leaves the others")
    func clearingPart() throws {
        var numbers = SeededNumbers(seed: 44)
        let plain = PlainTensor(batch: 2, channels: 10, shape: Self.shape, random: &numbers)
        let tensor = try BlockedTensor(plain, segments: [4, 6])
        var part = tensor.raw
        part.data += part.block
        part.blocks = 1
        vsdb_clear_f32(&part)
        let after = tensor.plain
        plain.forEachVoxel { n, d, h, w in
            for c in 0..<10 {
                #expect(after[n, c, d, h, w] == (c < 4 ? plain[n, c, d, h, w] : 0))
            }
        }
    }

    @Test("the sigmoid in place, saturating without a NaN, the border still zero")
    func sigmoid() throws {
        var numbers = SeededNumbers(seed: 45)
        var plain = PlainTensor(batch: 2, channels: 1, shape: Self.shape, random: &numbers)
            .map { $0 * 8 }
        plain.values[0] = 1000
        plain.values[1] = -1000
        let tensor = try BlockedTensor(plain.map { Double(Float($0)) }, lanes: 1)
        vsdb_sigmoid_f32(&tensor.raw)
        for (value, x) in zip(tensor.plain.values, plain.values) {
            #expect(abs(value - 1 / (1 + exp(-Double(Float(x))))) <= Self.tolerance)
        }
        #expect(tensor.plain.values[0] == 1 && tensor.plain.values[1] == 0)
        #expect(tensor.hasZeroBorder)
    }

    @Test("the foreground's probability is the softmax of the first two channels")
    func foreground() throws {
        var numbers = SeededNumbers(seed: 46)
        let logits = PlainTensor(batch: 2, channels: 2, shape: Self.shape, random: &numbers)
        let tensor = try BlockedTensor(logits)
        var probability = [Float](repeating: 0, count: 2 * Self.shape.count)
        vsdb_foreground_probability_f32(&tensor.raw, &probability)
        var index = 0
        logits.forEachVoxel { n, d, h, w in
            let (background, tumour) = (exp(logits[n, 0, d, h, w]), exp(logits[n, 1, d, h, w]))
            let expected = tumour / (background + tumour)
            #expect(abs(Double(probability[index]) - expected) <= Self.tolerance)
            index += 1
        }
    }
}
