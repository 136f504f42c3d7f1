/// A scalar field sampled on an isotropic grid, read by trilinear interpolation.
///
/// Used for signed distances in mm, negative inside. Memory order is z, y, x with x fastest; sample
/// (i, j, k) lies at `origin + step * (i, j, k)`.
package struct DistanceGrid: Sendable {
    package let origin: SIMD3<Float>
    package let step: Float
    package let count: SIMD3<Int32>
    package var values: [Float]

    package init(origin: SIMD3<Float>, step: Float, count: SIMD3<Int32>, values: [Float]) {
        precondition(values.count == Int(count.x) * Int(count.y) * Int(count.z))
        self.origin = origin
        self.step = step
        self.count = count
        self.values = values
    }

    /// The far corner.
    package var upper: SIMD3<Float> {
        origin + step * SIMD3(Float(count.x - 1), Float(count.y - 1), Float(count.z - 1))
    }

    /// The value at a point; outside the grid, the value at the nearest border point plus the
    /// distance to it, which keeps a signed distance a lower bound that never turns negative.
    package func value(at point: SIMD3<Float>) -> Float {
        let limit = SIMD3<Float>(
            Float(count.x) - 1.001, Float(count.y) - 1.001, Float(count.z) - 1.001)
        let wanted = (point - origin) / step
        let inside = pointwiseMax(pointwiseMin(wanted, limit), .zero)
        let gap = (wanted - inside) * step
        let cell = SIMD3<Int32>(inside)
        let f = inside - SIMD3<Float>(cell)
        let row = Int(count.x)
        let plane = row * Int(count.y)
        let at = Int(cell.z) * plane + Int(cell.y) * row + Int(cell.x)
        let inner = values.withUnsafeBufferPointer { v -> Float in
            let x00 = v[at] + f.x * (v[at + 1] - v[at])
            let x10 = v[at + row] + f.x * (v[at + row + 1] - v[at + row])
            let x01 = v[at + plane] + f.x * (v[at + plane + 1] - v[at + plane])
            let b = at + plane + row
            let x11 = v[b] + f.x * (v[b + 1] - v[b])
            let y0 = x00 + f.y * (x10 - x00)
            let y1 = x01 + f.y * (x11 - x01)
            return y0 + f.z * (y1 - y0)
        }
        return inner + (gap * gap).sum().squareRoot()
    }

    /// Smooths the field with a short binomial kernel (1 2 1) along each axis, `rounds` times.
    package mutating func smooth(rounds: Int) {
        let size = [Int(count.x), Int(count.y), Int(count.z)]
        let strides = [1, size[0], size[0] * size[1]]
        var other = values
        for _ in 0..<rounds {
            for axis in 0..<3 {
                let step = strides[axis]
                for at in values.indices {
                    let position = (at / step) % size[axis]
                    let before = position > 0 ? values[at - step] : values[at]
                    let after = position < size[axis] - 1 ? values[at + step] : values[at]
                    other[at] = 0.25 * before + 0.5 * values[at] + 0.25 * after
                }
                swap(&values, &other)
            }
        }
    }
}
