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

    /// The loss of a tensor [N][C][V] and its gradient.
    ///
    /// - Parameters:
    ///   - p: probabilities.
    ///   - g: the truth, 0 to 1; as many as p.
    ///   - batch: N.
    ///   - classes: C.
    /// - Returns: the loss averaged over classes, and its derivative with respect to p.
    package func loss(
        p: [Float], g: [Float], batch: Int, classes: Int
    ) -> (value: Double, gradient: [Float]) {
        precondition(p.count == g.count && p.count % (batch * classes) == 0)
        let voxels = p.count / (batch * classes)
        var value = 0.0
        let gradient = [Float](unsafeUninitializedCapacity: p.count) { gradient, filled in
            p.withUnsafeBufferPointer { p in
                g.withUnsafeBufferPointer { g in
                    for c in 0..<classes {
                        let places = (0..<batch).map { n in
                            let first = (n * classes + c) * voxels
                            return first..<first + voxels
                        }
                        let term = term(
                            p: p, g: g, places: places, scale: 1 / Double(classes),
                            gradient: gradient)
                        value += term / Double(classes)
                    }
                }
            }
            filled = p.count
        }
        return (value, gradient)
    }

    /// The loss of one class, unscaled, which lies at `places`; its derivative with respect to p, times
    /// `scale`, is written to the same places of `gradient`.
    private func term(
        p: UnsafeBufferPointer<Float>, g: UnsafeBufferPointer<Float>, places: [Range<Int>],
        scale: Double, gradient: UnsafeMutableBufferPointer<Float>
    ) -> Double {
        var overlap = 0.0
        var total = 0.0
        for place in places {
            for i in place {
                let pi = Double(p[i])
                let gi = Double(g[i])
                let weight = hardness * abs(pi - gi) + (1 - hardness)
                overlap += weight * pi * gi
                total += weight * (pi + gi)
            }
        }
        let numerator = 2 * overlap + Self.epsilon
        let denominator = total + Self.epsilon
        let ratio = numerator / denominator
        let factor = -scale / denominator
        for place in places {
            for i in place {
                let pi = Double(p[i])
                let gi = Double(g[i])
                let difference = pi - gi
                let weight = hardness * abs(difference) + (1 - hardness)
                let slope = difference > 0 ? hardness : (difference < 0 ? -hardness : 0)
                let dNumerator = 2 * gi * (weight + slope * pi)
                let dDenominator = weight + slope * (pi + gi)
                gradient[i] = Float(factor * (dNumerator - ratio * dDenominator))
            }
        }
        return 1 - ratio
    }
}
