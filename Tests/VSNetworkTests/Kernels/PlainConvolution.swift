import VSNetwork

/// Convolutions by their definitions, in double: one sum per output, no tricks.
enum PlainConvolution {
    /// Kernel positions (a, b, c) in the order of the reference's weights.
    static func taps(_ kernel: WindowShape) -> [(a: Int, b: Int, c: Int)] {
        (0..<kernel.depth).flatMap { a in
            (0..<kernel.height).flatMap { b in (0..<kernel.width).map { (a, b, $0) } }
        }
    }

    /// The offset of each tap from the output voxel: zero padding of half the kernel.
    private static func offsets(_ kernel: WindowShape) -> [(Int, Int, Int)] {
        taps(kernel).map { ($0 - kernel.depth / 2, $1 - kernel.height / 2, $2 - kernel.width / 2) }
    }

    /// y[o][p] = bias[o] + sum of w[o][i][tap] x[i][p + offset(tap)].
    static func forward(
        _ x: PlainTensor, _ weights: [Float], out: Int, kernel: WindowShape, bias: [Float]
    ) -> PlainTensor {
        let offsets = offsets(kernel)
        var y = PlainTensor(batch: x.batch, channels: out, shape: x.shape)
        x.forEachVoxel { n, d, h, w in
            for o in 0..<out {
                var sum = Double(bias[o])
                for i in 0..<x.channels {
                    for (tap, (a, b, c)) in offsets.enumerated() {
                        let weight = Double(weights[(o * x.channels + i) * offsets.count + tap])
                        sum += weight * x[n, i, d + a, h + b, w + c]
                    }
                }
                y[n, o, d, h, w] = sum
            }
        }
        return y
    }

    /// dw[o][i][tap] = sum over voxels of dy[o][p] x[i][p + offset(tap)].
    static func weightGradient(
        _ x: PlainTensor, _ dy: PlainTensor, kernel: WindowShape
    ) -> [Double] {
        let offsets = offsets(kernel)
        var gradient: [Double] = []
        for o in 0..<dy.channels {
            for i in 0..<x.channels {
                for (a, b, c) in offsets {
                    var sum = 0.0
                    x.forEachVoxel { n, d, h, w in
                        sum += dy[n, o, d, h, w] * x[n, i, d + a, h + b, w + c]
                    }
                    gradient.append(sum)
                }
            }
        }
        return gradient
    }

    /// Transposed, kernel equal to stride: y[o][s p + tap] = bias[o] + sum of w[i][o][tap] x[i][p].
    static func upsample(
        _ x: PlainTensor, _ weights: [Float], out: Int, stride: WindowShape, bias: [Float]
    ) -> PlainTensor {
        let taps = taps(stride)
        var y = PlainTensor(
            batch: x.batch, channels: out,
            shape: WindowShape(
                depth: x.shape.depth * stride.depth, height: x.shape.height * stride.height,
                width: x.shape.width * stride.width))
        x.forEachVoxel { n, d, h, w in
            for o in 0..<out {
                for (tap, (a, b, c)) in taps.enumerated() {
                    var sum = Double(bias[o])
                    for i in 0..<x.channels {
                        sum += Double(weights[(i * out + o) * taps.count + tap]) * x[n, i, d, h, w]
                    }
                    y[n, o, d * stride.depth + a, h * stride.height + b, w * stride.width + c] = sum
                }
            }
        }
        return y
    }

    /// dx[i][p] = sum of w[i][o][tap] dy[o][s p + tap].
    static func upsampleInputGradient(
        _ dy: PlainTensor, _ weights: [Float], input: Int, stride: WindowShape
    ) -> PlainTensor {
        let taps = taps(stride)
        var dx = PlainTensor(
            batch: dy.batch, channels: input,
            shape: WindowShape(
                depth: dy.shape.depth / stride.depth, height: dy.shape.height / stride.height,
                width: dy.shape.width / stride.width))
        dx.forEachVoxel { n, d, h, w in
            for i in 0..<input {
                var sum = 0.0
                for o in 0..<dy.channels {
                    for (tap, (a, b, c)) in taps.enumerated() {
                        let weight = Double(weights[(i * dy.channels + o) * taps.count + tap])
                        sum +=
                            weight
                            * dy[
                                n, o, d * stride.depth + a, h * stride.height + b,
                                w * stride.width + c]
                    }
                }
                dx[n, i, d, h, w] = sum
            }
        }
        return dx
    }

    /// dw[i][o][tap] = sum over voxels of x[i][p] dy[o][s p + tap].
    static func upsampleWeightGradient(
        _ x: PlainTensor, _ dy: PlainTensor, stride: WindowShape
    ) -> [Double] {
        var gradient: [Double] = []
        for i in 0..<x.channels {
            for o in 0..<dy.channels {
                for (a, b, c) in taps(stride) {
                    var sum = 0.0
                    x.forEachVoxel { n, d, h, w in
                        sum +=
                            x[n, i, d, h, w]
                            * dy[
                                n, o, d * stride.depth + a, h * stride.height + b,
                                w * stride.width + c]
                    }
                    gradient.append(sum)
                }
            }
        }
        return gradient
    }
}
