/// The hardness-weighted Dice loss of Wang et al., MICCAI 2019, equations 2 and 3.
///
/// With w = lambda |p - g| + (1 - lambda) at every voxel and one term per class,
/// loss = 1 - mean over classes of (2 sum(w p g) + eps) / (sum(w (p + g)) + eps).
/// Sums run over the voxels of the whole batch together; the weight is differentiated through, and
/// the derivative of |p - g| at equality is zero. lambda = 0 is the ordinary Dice loss.
public struct HardnessWeightedDice: Sendable, Equatable {
    /// lambda: how much harder voxels weigh more; 0 to 1, 0.6 in the paper.
    public var hardness: Double

    /// Keeps the ratio defined where a class is absent.
    static let epsilon = 1e-5

    /// Makes a loss with the given lambda.
    public init(hardness: Double = 0.6) { self.hardness = hardness }

    /// The loss of one class's term, and its derivative with respect to p, times `scale`.
    ///
    /// - Parameters:
    ///   - p: probabilities.
    ///   - g: the truth, 0 to 1; as many as p.
    ///   - scale: what to multiply the derivative by, for example 1 / classes.
    ///   - gradient: the scaled derivative is written here.
    /// - Returns: 1 - ratio, unscaled.
    func term(
        p: UnsafeBufferPointer<Float>, g: UnsafeBufferPointer<Float>, scale: Double,
        gradient: UnsafeMutableBufferPointer<Float>
    ) -> Double {
        var overlap = 0.0
        var total = 0.0
        for i in 0..<p.count {
            let pi = Double(p[i])
            let gi = Double(g[i])
            let weight = hardness * abs(pi - gi) + (1 - hardness)
            overlap += weight * pi * gi
            total += weight * (pi + gi)
        }
        let numerator = 2 * overlap + Self.epsilon
        let denominator = total + Self.epsilon
        let ratio = numerator / denominator
        for i in 0..<p.count {
            let pi = Double(p[i])
            let gi = Double(g[i])
            let difference = pi - gi
            let weight = hardness * abs(difference) + (1 - hardness)
            let slope = difference > 0 ? hardness : (difference < 0 ? -hardness : 0)
            let dNumerator = 2 * gi * (weight + slope * pi)
            let dDenominator = weight + slope * (pi + gi)
            gradient[i] = Float(-scale * (dNumerator - ratio * dDenominator) / denominator)
        }
        return 1 - ratio
    }

    /// The loss of a tensor [N][C][V] and its gradient.
    ///
    /// - Returns: the loss averaged over classes, and its derivative with respect to p.
    package func loss(
        p: [Float], g: [Float], batch: Int, classes: Int
    ) -> (value: Double, gradient: [Float]) {
        precondition(p.count == g.count && p.count % (batch * classes) == 0)
        let voxels = p.count / (batch * classes)
        var gradient = [Float](repeating: 0, count: p.count)
        var value = 0.0
        for c in 0..<classes {
            let places = (0..<batch).map { ($0 * classes + c) * voxels }
            let pc = places.flatMap { p[$0..<$0 + voxels] }
            let gc = places.flatMap { g[$0..<$0 + voxels] }
            var dc = [Float](repeating: 0, count: pc.count)
            let term = pc.withUnsafeBufferPointer { p in
                gc.withUnsafeBufferPointer { g in
                    dc.withUnsafeMutableBufferPointer {
                        self.term(p: p, g: g, scale: 1 / Double(classes), gradient: $0)
                    }
                }
            }
            value += term / Double(classes)
            for (n, place) in places.enumerated() {
                gradient.replaceSubrange(
                    place..<place + voxels, with: dc[n * voxels..<(n + 1) * voxels])
            }
        }
        return (value, gradient)
    }
}
