extension Volume {
    /// The value at a fractional voxel position (d, h, w): trilinear, clamped to the edge.
    public func value(at voxel: SIMD3<Double>) -> Float {
        voxels.withUnsafeBufferPointer { Self.sample($0, shape, voxel) }
    }

    /// The volume on another grid of the same space.
    ///
    /// Values are trilinear; where a target voxel is wider than a source voxel by more than a
    /// tenth, the source is first averaged over the target's extent by point samples along each of
    /// its axes, so that nothing aliases.
    /// - Parameters:
    ///   - shape: the size of the result.
    ///   - affine: the geometry of the result.
    ///   - outside: the value half a voxel or more outside the source; nil repeats the edge.
    /// - Returns: the volume on the other grid; on its own grid, the volume bit for bit.
    public func resampled(
        to shape: GridShape, affine: Affine, outside: Float? = nil
    ) -> Volume {
        if shape == self.shape, affine == self.affine { return self }
        guard let inverse = self.affine.inverse else { return self }
        let origin = inverse.voxel(at: affine.origin)
        let steps = [affine.depthStep, affine.heightStep, affine.widthStep].map {
            inverse.voxel(at: affine.origin + $0) - origin
        }
        // Samples along each target axis: one, or about one per source voxel it spans.
        let counts = steps.map { max(1, min(8, Int(($0.length - 0.1).rounded(.up)))) }
        let source = self
        let plane = shape.height * shape.width
        let result = [Float](count: shape.count, parts: shape.depth) { range, slice in
            source.fillSlice(
                range.lowerBound / plane, of: shape, origin: origin, steps: steps, counts: counts,
                outside: outside, into: slice)
        }
        return Volume(shape: shape, affine: affine, voxels: result)
    }

    private func fillSlice(
        _ d: Int, of target: GridShape, origin: SIMD3<Double>, steps: [SIMD3<Double>],
        counts: [Int], outside: Float?, into slice: UnsafeMutableBufferPointer<Float>
    ) {
        let offsets = Self.offsets(steps: steps, counts: counts)
        voxels.withUnsafeBufferPointer { source in
            var index = 0
            for h in 0..<target.height {
                let row = origin + Double(d) * steps[0] + Double(h) * steps[1]
                for w in 0..<target.width {
                    let position = row + Double(w) * steps[2]
                    if let outside, !isInside(position) {
                        slice[index] = outside
                    } else if offsets.count == 1 {
                        slice[index] = Self.sample(source, shape, position)
                    } else {
                        var sum: Float = 0
                        for offset in offsets {
                            sum += Self.sample(source, shape, position + offset)
                        }
                        slice[index] = sum / Float(offsets.count)
                    }
                    index += 1
                }
            }
        }
    }

    /// Sample positions inside one target voxel, relative to its centre.
    private static func offsets(steps: [SIMD3<Double>], counts: [Int]) -> [SIMD3<Double>] {
        func places(_ count: Int) -> [Double] {
            (0..<count).map { (Double($0) + 0.5) / Double(count) - 0.5 }
        }
        var result: [SIMD3<Double>] = []
        for d in places(counts[0]) {
            for h in places(counts[1]) {
                for w in places(counts[2]) {
                    result.append(d * steps[0] + h * steps[1] + w * steps[2])
                }
            }
        }
        return result
    }

    private func isInside(_ p: SIMD3<Double>) -> Bool {
        p.x > -0.5 && p.y > -0.5 && p.z > -0.5 && p.x < Double(shape.depth) - 0.5
            && p.y < Double(shape.height) - 0.5 && p.z < Double(shape.width) - 0.5
    }

    @inline(__always)
    private static func sample(
        _ source: UnsafeBufferPointer<Float>, _ shape: GridShape, _ p: SIMD3<Double>
    ) -> Float {
        let d = split(p.x, shape.depth)
        let h = split(p.y, shape.height)
        let w = split(p.z, shape.width)
        func row(_ d: Int, _ h: Int) -> Float {
            let start = (d * shape.height + h) * shape.width
            let a = source[start + w.low]
            return a + w.fraction * (source[start + w.high] - a)
        }
        func plane(_ d: Int) -> Float {
            let a = row(d, h.low)
            return a + h.fraction * (row(d, h.high) - a)
        }
        let a = plane(d.low)
        return a + d.fraction * (plane(d.high) - a)
    }

    @inline(__always)
    private static func split(
        _ x: Double, _ count: Int
    ) -> (low: Int, high: Int, fraction: Float) {
        let clamped = min(max(x, 0), Double(count - 1))
        let low = min(Int(clamped), max(count - 2, 0))
        return (low, min(low + 1, count - 1), Float(clamped - Double(low)))
    }
}
