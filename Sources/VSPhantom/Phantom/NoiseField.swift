/// Smooth periodic noise in space, mean 0 and standard deviation about 1: value noise on a lattice.
struct NoiseField: Sendable {
    private static let side = 32
    private let values: [Float]

    init(random: inout CounterRandom) {
        let count = Self.side * Self.side * Self.side
        // Interpolation takes a little more than half of the variance away.
        values = (0..<count).map { _ in Float(random.uniform(-1, 1)) * 2.6 }
    }

    /// The noise at a point given in units of the lattice (one unit: about half a wave).
    func value(_ p: SIMD3<Float>) -> Float {
        let base = p.rounded(.down)
        var f = p - base
        f = f * f * (3 - 2 * f)
        let cell = SIMD3<Int32>(base) & 31
        let next = (cell &+ 1) & 31
        let x0 = Int(cell.x)
        let x1 = Int(next.x)
        let y0 = Int(cell.y) << 5
        let y1 = Int(next.y) << 5
        let z0 = Int(cell.z) << 10
        let z1 = Int(next.z) << 10
        return values.withUnsafeBufferPointer { v in
            let a = v[z0 + y0 + x0] + f.x * (v[z0 + y0 + x1] - v[z0 + y0 + x0])
            let b = v[z0 + y1 + x0] + f.x * (v[z0 + y1 + x1] - v[z0 + y1 + x0])
            let c = v[z1 + y0 + x0] + f.x * (v[z1 + y0 + x1] - v[z1 + y0 + x0])
            let d = v[z1 + y1 + x0] + f.x * (v[z1 + y1 + x1] - v[z1 + y1 + x0])
            let low = a + f.y * (b - a)
            let high = c + f.y * (d - c)
            return low + f.z * (high - low)
        }
    }
}
