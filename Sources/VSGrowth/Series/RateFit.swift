import RealModule

/// The likelihood of the rate for one shape and one hypothesis of error: normal.
struct RateFit {
    /// The place of the shape.
    let shape: Int
    /// The logarithm of the likelihood's integral over all rates, but for what all have in common.
    let logScale: Double
    /// The rate of the highest likelihood, 1 / year, and the likelihood's standard deviation.
    let mean, sd: Double
    /// Whether no exam says anything of the rate: all growth of this shape is ahead.
    let isFlat: Bool
    /// The weighted mean of ln V, and its variance.
    let level, levelVariance: Double
    /// The weighted mean of the shape's years.
    let meanTime: Double

    /// A border between rates: its distance from the mean in standard deviations, and the probability
    /// of what lies further out on its side.
    typealias Border = (z: Double, tail: Double)

    /// The border at a rate.
    func border(_ rate: Double) -> Border {
        let z = (rate - mean) / sd
        // Beyond eight standard deviations nothing is left.
        return (z, abs(z) > 8 ? 0 : NormalDistribution.cumulative(-abs(z)))
    }

    /// The probability of the rates between two borders, exact in either tail.
    static func mass(from low: Border, to high: Border) -> Double {
        if high.z <= 0 { return high.tail - low.tail }
        if low.z >= 0 { return low.tail - high.tail }
        return 1 - low.tail - high.tail
    }

    /// One per shape.
    ///
    /// With W the precision, u = W 1 and deviations from weighted means, the sum of
    /// squares is A - 2 B s + C s²: its minimum is at s = B / C, and its width is 1 / sqrt C.
    static func all(
        _ values: [Double], _ shapes: [CourseShape], precision: PrecisionMatrix, logOdds: Double
    ) -> [RateFit] {
        let n = values.count
        let sums = precision.product([Double](repeating: 1, count: n))
        let weighted = precision.product(values)
        let total = sums.reduce(0, +)
        let level = weighted.reduce(0, +) / total
        let squares = zip(values, weighted).reduce(0) { $0 + $1.0 * $1.1 } - total * level * level
        return shapes.enumerated().map { place, shape in
            var (moment, product) = (0.0, 0.0)
            for exam in 0..<n {
                moment += sums[exam] * shape.times[exam]
                product += weighted[exam] * shape.times[exam]
            }
            let meanTime = moment / total
            product -= moment * level
            let curvature = precision.product(shape.times, shape.times) - moment * meanTime
            let isFlat = !(curvature > 1e-9)
            let rest = isFlat ? squares : squares - product * product / curvature
            let width: Double = isFlat ? 0 : .log(2 * .pi / curvature) / 2
            return RateFit(
                shape: place, logScale: logOdds - .log(total) / 2 - max(rest, 0) / 2 + width,
                mean: isFlat ? 0 : product / curvature,
                sd: isFlat ? 1e6 : 1 / curvature.squareRoot(), isFlat: isFlat, level: level,
                levelVariance: 1 / total, meanTime: meanTime)
        }
    }
}
