import Foundation

/// Two local images of one spacing, and how alike they are under a motion.
struct RigidFit {
    let first: LocalImage
    let second: LocalImage
    /// The halfway points that are compared, relative to the centres.
    private let points: [SIMD3<Double>]

    /// The points of a ball, as far apart as the images' voxels.
    init(first: LocalImage, second: LocalImage, radiusMm: Double) {
        self.first = first
        self.second = second
        let spacing = first.spacingMm
        let reach = Int(radiusMm / spacing)
        var points: [SIMD3<Double>] = []
        for z in -reach...reach {
            for y in -reach...reach {
                for x in -reach...reach {
                    let p = spacing * SIMD3(Double(x), Double(y), Double(z))
                    if p.dot(p) <= radiusMm * radiusMm { points.append(p) }
                }
            }
        }
        self.points = points
    }

    private init(first: LocalImage, second: LocalImage, points: [SIMD3<Double>]) {
        self.first = first
        self.second = second
        self.points = points
    }

    /// One of two halves: blocks of 10 mm, like the fields of a chessboard.
    func half(_ number: Int) -> RigidFit {
        RigidFit(
            first: first, second: second,
            points: points.filter { p in
                let block = (p / 10).rounded(.down)
                return abs(Int(block.x + block.y + block.z)) % 2 == number
            })
    }

    /// A point's values in both images, and how their difference changes with the motion.
    private struct Pair {
        let first, second: Double
        let firstSlope, secondSlope: Twist
    }

    /// A turn and a velocity, or derivatives by them.
    private typealias Twist = (turn: SIMD3<Double>, velocity: SIMD3<Double>)

    private func pairs(_ motion: RigidMotion) -> [Pair] {
        let toFirst = motion.scaled(by: -0.5).transform
        let toSecond = motion.scaled(by: 0.5).transform
        var result: [Pair] = []
        result.reserveCapacity(points.count)
        for point in points {
            let p = toFirst(point)
            let q = toSecond(point)
            guard let a = first.sample(p), let b = second.sample(q) else { continue }
            result.append(
                Pair(
                    first: a.value, second: b.value,
                    firstSlope: (-0.5 * p.cross(a.gradient), -0.5 * a.gradient),
                    secondSlope: (0.5 * q.cross(b.gradient), 0.5 * b.gradient)))
        }
        return result
    }

    private static func moments(
        _ pairs: [Pair], _ value: (Pair) -> Double
    ) -> (mean: Double, sd: Double) {
        let count = Double(max(pairs.count, 1))
        let mean = pairs.reduce(0) { $0 + value($1) } / count
        let square = pairs.reduce(0) { $0 + (value($1) - mean) * (value($1) - mean) }
        return (mean, max((square / count).squareRoot(), 1e-12))
    }

    /// The correlation, and the share of points that both images show; nil where there are none.
    func likeness(_ motion: RigidMotion) -> (correlation: Double, overlap: Double)? {
        let pairs = pairs(motion)
        guard pairs.count >= 100 else { return nil }
        let (a, b) = (Self.moments(pairs, \.first), Self.moments(pairs, \.second))
        let product = pairs.reduce(0) { $0 + ($1.first - a.mean) * ($1.second - b.mean) }
        return (
            product / (a.sd * b.sd * Double(pairs.count)),
            Double(pairs.count) / Double(points.count)
        )
    }

    /// The differences of the normalised values.
    private static func residuals(_ pairs: [Pair]) -> [Double] {
        let (a, b) = (moments(pairs, \.first), moments(pairs, \.second))
        return pairs.map { ($0.first - a.mean) / a.sd - ($0.second - b.mean) / b.sd }
    }

    /// Residuals beyond this many standard deviations of the images count linearly.
    private static let limit = 0.5

    /// The mean of Huber's function of the residuals; nil where too few points are shown by both.
    func cost(_ motion: RigidMotion) -> Double? { Self.cost(pairs(motion)) }

    private static func cost(_ pairs: [Pair]) -> Double? {
        guard pairs.count >= 100 else { return nil }
        let sum = residuals(pairs).reduce(0.0) { sum, r in
            sum + (abs(r) <= limit ? r * r / 2 : limit * (abs(r) - limit / 2))
        }
        return sum / Double(pairs.count)
    }

    /// The motion of least cost near another; nil where too few points are shown by both.
    ///
    /// Gauss and Newton's steps, damped where one does not help (Levenberg 1944, Marquardt 1963).
    func solved(from start: RigidMotion) -> RigidMotion? {
        var motion = start
        var here = pairs(motion)
        guard var cost = Self.cost(here) else { return nil }
        var damping = 1e-3
        for _ in 0..<40 {
            let (matrix, vector) = Self.normalEquations(here)
            var isBetter = false
            while damping < 1e6, !isBetter {
                var damped = matrix
                for i in 0..<6 { damped[i * 6 + i] *= 1 + damping }
                guard let step = Self.solve(damped, vector) else { return motion }
                let next = RigidMotion(
                    turn: motion.turn + SIMD3(step[0], step[1], step[2]),
                    velocityMm: motion.velocityMm + SIMD3(step[3], step[4], step[5]))
                let there = pairs(next)
                if let lower = Self.cost(there), lower < cost {
                    isBetter = true
                    (motion, here, cost) = (next, there, lower)
                    damping = max(damping / 10, 1e-6)
                    let size = max(
                        step[0...2].map { 40 * abs($0) }.max() ?? 0,
                        step[3...5].map { abs($0) }.max() ?? 0)
                    if size < 0.002 { return motion }
                } else {
                    damping *= 10
                }
            }
            guard isBetter else { return motion }
        }
        return motion
    }

    private static func normalEquations(_ pairs: [Pair]) -> (matrix: [Double], vector: [Double]) {
        let (a, b) = (moments(pairs, \.first), moments(pairs, \.second))
        let values = residuals(pairs)
        var matrix = [Double](repeating: 0, count: 36)
        var vector = [Double](repeating: 0, count: 6)
        for (pair, r) in zip(pairs, values) {
            let weight = abs(r) <= limit ? 1 : limit / abs(r)
            let turn = pair.firstSlope.turn / a.sd - pair.secondSlope.turn / b.sd
            let velocity = pair.firstSlope.velocity / a.sd - pair.secondSlope.velocity / b.sd
            let slope = (turn.x, turn.y, turn.z, velocity.x, velocity.y, velocity.z)
            withUnsafeBytes(of: slope) { raw in
                let s = raw.bindMemory(to: Double.self)
                for i in 0..<6 {
                    vector[i] -= weight * s[i] * r
                    for j in i..<6 { matrix[i * 6 + j] += weight * s[i] * s[j] }
                }
            }
        }
        for i in 0..<6 { for j in 0..<i { matrix[i * 6 + j] = matrix[j * 6 + i] } }
        return (matrix, vector)
    }

    /// Solves six equations by Cholesky's method; nil where the matrix is singular.
    private static func solve(_ matrix: [Double], _ vector: [Double]) -> [Double]? {
        var l = matrix
        for i in 0..<6 {
            for j in 0...i {
                var sum = l[i * 6 + j]
                for k in 0..<j { sum -= l[i * 6 + k] * l[j * 6 + k] }
                if i == j {
                    guard sum > 0, sum.isFinite else { return nil }
                    l[i * 6 + i] = sum.squareRoot()
                } else {
                    l[i * 6 + j] = sum / l[j * 6 + j]
                }
            }
        }
        var x = vector
        for i in 0..<6 {
            for k in 0..<i { x[i] -= l[i * 6 + k] * x[k] }
            x[i] /= l[i * 6 + i]
        }
        for i in (0..<6).reversed() {
            for k in i + 1..<6 { x[i] -= l[k * 6 + i] * x[k] }
            x[i] /= l[i * 6 + i]
        }
        return x
    }
}
