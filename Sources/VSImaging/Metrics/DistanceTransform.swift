/// The exact Euclidean distance transform by lower envelopes of parabolas, one axis after the other
/// (Felzenszwalb and Huttenlocher, Theory of Computing 8, 2012); linear in the number of voxels.
package struct DistanceTransform {
    /// Squared distances in mm² to the nearest seed; infinite without seeds.
    package let squaredMm2: [Double]

    /// Distances on a grid of the given spacing to the voxels where `isSeed` is true.
    package init(isSeed: [Bool], shape: GridShape, spacing: Spacing) {
        var values = isSeed.map { $0 ? 0.0 : .infinity }
        let (d, h, w) = (shape.depth, shape.height, shape.width)
        var line = ParabolaLine(capacity: max(d, h, w))
        for row in 0..<d * h {
            line.run(&values, start: row * w, stride: 1, count: w, spacing: spacing.width)
        }
        for slice in 0..<d {
            for column in 0..<w {
                line.run(
                    &values, start: slice * h * w + column, stride: w, count: h,
                    spacing: spacing.height)
            }
        }
        for place in 0..<h * w {
            line.run(&values, start: place, stride: h * w, count: d, spacing: spacing.depth)
        }
        squaredMm2 = values
    }
}

/// One line's pass: scratch that is reused from line to line.
private struct ParabolaLine {
    private var source: [Double]
    private var centres: [Int]
    private var borders: [Double]

    init(capacity: Int) {
        source = Array(repeating: 0, count: capacity)
        centres = Array(repeating: 0, count: capacity)
        borders = Array(repeating: 0, count: capacity + 1)
    }

    mutating func run(
        _ values: inout [Double], start: Int, stride: Int, count: Int, spacing: Double
    ) {
        for i in 0..<count { source[i] = values[start + i * stride] }
        let square = spacing * spacing
        var top = -1
        for q in 0..<count where source[q] < .infinity {
            let height = source[q] / square + Double(q * q)
            while top >= 0 {
                let v = centres[top]
                let meeting = (height - source[v] / square - Double(v * v)) / Double(2 * (q - v))
                if meeting > borders[top] {
                    borders[top + 1] = meeting
                    break
                }
                top -= 1
            }
            top += 1
            centres[top] = q
            if top == 0 { borders[0] = -.infinity }
        }
        guard top >= 0 else { return }
        var k = 0
        for q in 0..<count {
            while k < top && borders[k + 1] < Double(q) { k += 1 }
            let offset = Double(q - centres[k])
            values[start + q * stride] = source[centres[k]] + offset * offset * square
        }
    }
}
