import CKernels
import Testing
import VSNetwork

/// Normalisation with PReLU: the numbers of each channel and the definitions in double.
private struct PlainNorm {
    let mean: [Float]
    let inverse: [Float]
    let gamma: [Float]
    let beta: [Float]
    let slope: [Float]

    init(_ channels: Int, _ numbers: inout SeededNumbers) {
        mean = numbers.floats(channels)
        inverse = numbers.floats(channels).map { 1.5 + $0 }
        gamma = numbers.floats(channels)
        beta = numbers.floats(channels)
        slope = numbers.floats(channels)
    }

    func xhat(_ x: Double, _ c: Int) -> Double { (x - Double(mean[c])) * Double(inverse[c]) }
    func z(_ x: Double, _ c: Int) -> Double { Double(gamma[c]) * xhat(x, c) + Double(beta[c]) }
    func y(_ x: Double, _ c: Int) -> Double {
        let z = z(x, c)
        return z > 0 ? z : Double(slope[c]) * z
    }
    func dz(_ x: Double, _ dy: Double, _ c: Int) -> Double {
        z(x, c) > 0 ? dy : Double(slope[c]) * dy
    }

    /// Lends the numbers to a kernel, at the places of a tensor's channels.
    func withRaw(_ channels: ChannelMap, _ body: (vsdb_norm) -> Void) {
        let all = [mean, inverse, gamma, beta, slope].flatMap {
            KernelVariantTests.padded($0, channels)
        }
        let step = channels.blocks * 16
        all.withUnsafeBufferPointer { memory in
            guard let first = memory.baseAddress else { return }
            body(
                vsdb_norm(
                    mean: first, inverse_deviation: first + step, gamma: first + 2 * step,
                    beta: first + 3 * step, slope: first + 4 * step))
        }
    }
}

extension KernelVariantTests {
    /// Sizes whose channels fill no block and whose rows are odd.
    private static let sizes: [(batch: Int, channels: Int, shape: WindowShape)] = [
        (2, 5, WindowShape(depth: 3, height: 4, width: 7)),
        (1, 19, WindowShape(depth: 2, height: 3, width: 5)),
        (3, 32, WindowShape(depth: 1, height: 1, width: 1)),
    ]

    @Test("sums and sums of squares of each channel")
    func moments() async {
        await #expect(processExitsWith: .success) {
            try Self.inEachInstructionSet { set in
                var numbers = SeededNumbers(seed: 21)
                for size in Self.sizes {
                    let x = PlainTensor(
                        batch: size.batch, channels: size.channels, shape: size.shape,
                        random: &numbers)
                    let blocked = try BlockedTensor(x)
                    let padded = blocked.channels.blocks * 16
                    var (sum, squares) = (
                        [Double](repeating: 0, count: padded),
                        [Double](repeating: 0, count: padded)
                    )
                    vsdb_channel_moments_f32(&blocked.raw, &sum, &squares)
                    var alone = sum.map { _ in 0.0 }
                    vsdb_channel_sums_f32(&blocked.raw, &alone)
                    #expect(alone == sum)
                    var expected = (
                        sum: [Double](repeating: 0, count: size.channels),
                        squares: [Double](repeating: 0, count: size.channels)
                    )
                    x.forEachVoxel { n, d, h, w in
                        for c in 0..<size.channels {
                            let value = x[n, c, d, h, w]
                            expected.sum[c] += value
                            expected.squares[c] += value * value
                        }
                    }
                    let places = blocked.channels.places
                    Self.expectClose(places.map { sum[$0] }, expected.sum, "\(set) sum")
                    Self.expectClose(places.map { squares[$0] }, expected.squares, "\(set) squares")
                }
            }
        }
    }

    @Test("normalisation and PReLU, into another tensor and in place")
    func normalisation() async {
        await #expect(processExitsWith: .success) {
            try Self.inEachInstructionSet { set in
                var numbers = SeededNumbers(seed: 22)
                for size in Self.sizes {
                    let x = PlainTensor(
                        batch: size.batch, channels: size.channels, shape: size.shape,
                        random: &numbers)
                    let norm = PlainNorm(size.channels, &numbers)
                    let (blocked, y) = (try BlockedTensor(x), try BlockedTensor(x))
                    norm.withRaw(y.channels) { raw in
                        vsdb_norm_prelu_forward_f32(&blocked.raw, &y.raw, raw)
                        var same = blocked.raw
                        vsdb_norm_prelu_forward_f32(&blocked.raw, &same, raw)
                    }
                    var expected = x
                    x.forEachVoxel { n, d, h, w in
                        for c in 0..<size.channels {
                            expected[n, c, d, h, w] = norm.y(x[n, c, d, h, w], c)
                        }
                    }
                    Self.expectClose(y, expected, "\(set) norm", tolerance: Self.pointTolerance)
                    #expect(blocked.plain.values == y.plain.values)
                }
            }
        }
    }

    @Test("the gradient of normalisation and PReLU: sums, then the input's, in place")
    func normalisationGradient() async {
        await #expect(processExitsWith: .success) {
            try Self.inEachInstructionSet { set in
                var numbers = SeededNumbers(seed: 23)
                for size in Self.sizes { try Self.checkNormGradient(size, set, &numbers) }
            }
        }
    }

    private static func checkNormGradient(
        _ size: (batch: Int, channels: Int, shape: WindowShape), _ set: String,
        _ numbers: inout SeededNumbers
    ) throws {
        let x = PlainTensor(
            batch: size.batch, channels: size.channels, shape: size.shape, random: &numbers)
        let dy = PlainTensor(
            batch: size.batch, channels: size.channels, shape: size.shape, random: &numbers)
        let norm = PlainNorm(size.channels, &numbers)
        let (k, a, b) = (
            numbers.floats(size.channels), numbers.floats(size.channels),
            numbers.floats(size.channels)
        )
        let (blocked, gradient) = (try BlockedTensor(x), try BlockedTensor(dy))
        let (channels, places) = (blocked.channels, blocked.channels.places)
        var sumDz = [Double](repeating: 0, count: channels.blocks * 16)
        var (sumProduct, sumSlope) = (sumDz, sumDz)
        norm.withRaw(channels) { raw in
            vsdb_norm_prelu_sums_f32(
                &blocked.raw, &gradient.raw, raw, &sumDz, &sumProduct, &sumSlope)
            var same = gradient.raw
            vsdb_norm_prelu_backward_f32(
                &blocked.raw, &gradient.raw, &same, raw, padded(k, channels),
                padded(a, channels), padded(b, channels))
        }
        var expected = Array(repeating: [Double](repeating: 0, count: size.channels), count: 3)
        var dx = x
        x.forEachVoxel { n, d, h, w in
            for c in 0..<size.channels {
                let (value, g) = (x[n, c, d, h, w], dy[n, c, d, h, w])
                let (dz, xhat, z) = (norm.dz(value, g, c), norm.xhat(value, c), norm.z(value, c))
                expected[0][c] += dz
                expected[1][c] += dz * xhat
                expected[2][c] += z > 0 ? 0 : g * z
                dx[n, c, d, h, w] = Double(k[c]) * (dz - Double(a[c]) - xhat * Double(b[c]))
            }
        }
        for (kind, sum) in [sumDz, sumProduct, sumSlope].enumerated() {
            expectClose(places.map { sum[$0] }, expected[kind], "\(set) sum \(kind)")
        }
        expectClose(gradient, dx, "\(set) dx", tolerance: pointTolerance)
    }
}
