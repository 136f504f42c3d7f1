/// A piece of a tube: a capsule whose radius changes evenly, mm, with one signal.
struct Tube: Sendable {
    var start: SIMD3<Float>
    var end: SIMD3<Float>
    var startRadius: Float
    var endRadius: Float
    var signal: Float
    /// Whether only darker pixels are painted: fluid in bone that opens into brighter fluid.
    var onlyBrightens = false

    /// A string of capsules through points, its radius changing evenly along it.
    static func string(
        _ points: [SIMD3<Float>], radius: Float, endRadius: Float? = nil, signal: Float
    ) -> [Tube] {
        let last = endRadius ?? radius
        let steps = Float(max(1, points.count - 1))
        return zip(points.indices, zip(points, points.dropFirst())).map { index, pair in
            Tube(
                start: pair.0, end: pair.1,
                startRadius: radius + (last - radius) * Float(index) / steps,
                endRadius: radius + (last - radius) * Float(index + 1) / steps,
                signal: signal)
        }
    }

    /// A smooth curve (Catmull and Rom) through points as a string of capsules.
    static func curve(
        _ points: [SIMD3<Float>], radius: Float, endRadius: Float? = nil, signal: Float
    ) -> [Tube] {
        guard points.count > 2 else {
            return string(points, radius: radius, endRadius: endRadius, signal: signal)
        }
        var dense: [SIMD3<Float>] = []
        for index in 0..<points.count - 1 {
            let p0 = points[max(0, index - 1)]
            let p1 = points[index]
            let p2 = points[index + 1]
            let p3 = points[min(points.count - 1, index + 2)]
            for part in 0..<5 {
                let t = Float(part) / 5
                let linear = 2 * p1 + t * (p2 - p0)
                let square = t * t * (2 * p0 - 5 * p1 + 4 * p2 - p3)
                let cube = t * t * t * (3 * p1 - p0 - 3 * p2 + p3)
                dense.append(0.5 * (linear + square + cube))
            }
        }
        dense.append(points[points.count - 1])
        return string(dense, radius: radius, endRadius: endRadius, signal: signal)
    }

    /// The signed distance to the tube at a point.
    func distance(_ p: SIMD3<Float>) -> Float {
        let edge = end - start
        let offset = p - start
        let square = (edge * edge).sum()
        let t = square > 0 ? max(0, min(1, (offset * edge).sum() / square)) : 0
        return (offset - t * edge).lengthMm - (startRadius + t * (endRadius - startRadius))
    }
}
