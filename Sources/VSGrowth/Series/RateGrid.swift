import RealModule

/// Growth rates in cells, within which the prior density is constant.
package struct RateGrid: Sendable {
    /// The cells' borders, 1 / year, ascending; symmetric about zero.
    let edges: [Double]
    /// The first cell of rates above zero.
    let firstPositive: Int
    /// Probability densities over the cells: of tumours that are stable, grow, or shrink.
    let stable: [Double]
    let growing: [Double]
    let shrinking: [Double]

    /// The densities of a prior.
    ///
    /// Borders are 0.0025 per year times powers of 1.35, up to 3.4 per year: twice what doubles a
    /// volume in five months. What a log-normal has beyond the outermost borders counts to the cells
    /// next to them.
    package init(_ prior: GrowthPrior) {
        let positive = (0...24).map { 0.0025 * Double.pow(1.35, $0) }
        edges = positive.reversed().map { -$0 } + positive
        let borders = edges
        firstPositive = positive.count
        stable = zip(borders, borders.dropFirst()).map { low, high in
            NormalDistribution.mass(from: low / prior.stableRateSD, to: high / prior.stableRateSD)
                / (high - low)
        }
        func logNormal(_ median: Double, _ logSD: Double) -> [Double] {
            zip(positive, positive.dropFirst()).map { low, high in
                let bottom =
                    low == positive[0] ? -Double.infinity : .log(low / median) / logSD
                let top =
                    high == positive[24] ? Double.infinity : .log(high / median) / logSD
                return NormalDistribution.mass(from: bottom, to: top) / (high - low)
            }
        }
        let none = [Double](repeating: 0, count: 25)
        growing = none + logNormal(prior.growingRateMedian, prior.growingRateLogSD)
        shrinking =
            logNormal(prior.shrinkingRateMedian, prior.shrinkingRateLogSD).reversed() + none
    }
}

/// One way in which ln V may go: a rate times the time in which it acts.
struct CourseShape {
    /// The years of growth between the first exam and each exam.
    let times: [Double]
    /// The same until the day ahead.
    let ahead: Double
    /// The prior's density of the rate, by cell.
    let density: [Double]
    /// The first cell with any.
    let firstCell: Int

    /// Time is cut into so many parts in which a late start or an early stop may lie.
    private static let parts = 6

    /// All shapes: steady from the first exam on, begun late, and stopped early.
    ///
    /// - Parameters:
    ///   - times: years since the first exam, ascending.
    ///   - ahead: years from the first exam to the day ahead; at least the last of `times`.
    ///   - prior: the shares and times of courses.
    ///   - grid: the cells of rates.
    /// - Returns: the shapes, their densities together one.
    static func all(
        times: [Double], ahead: Double, prior: GrowthPrior, grid: RateGrid
    ) -> [CourseShape] {
        let step = ahead / Double(parts)
        var shapes: [CourseShape] = []
        func scaled(_ share: Double) -> [Double] { grid.growing.map { $0 * share } }
        for part in 0..<parts {
            let (start, end) = (step * Double(part), step * Double(part + 1))
            let middle = (start + end) / 2
            func share(_ mean: Double) -> Double { .exp(-start / mean) - .exp(-end / mean) }
            let late = prior.growingShare * prior.lateShare * share(prior.meanOnsetYears)
            if late > 0 {
                shapes.append(
                    CourseShape(
                        times: times.map { max(0, $0 - middle) }, ahead: ahead - middle,
                        density: scaled(late), firstCell: grid.firstPositive))
            }
            let stopped = prior.growingShare * prior.stoppingShare * share(prior.meanStopYears)
            if stopped > 0 {
                shapes.append(
                    CourseShape(
                        times: times.map { min($0, middle) }, ahead: middle,
                        density: scaled(stopped), firstCell: grid.firstPositive))
            }
        }
        return shapes + [steady(times: times, ahead: ahead, prior: prior, grid: grid)]
    }

    /// One rate all along; who has not begun yet is stable, who has not stopped yet is steady.
    private static func steady(
        times: [Double], ahead: Double, prior: GrowthPrior, grid: RateGrid
    ) -> CourseShape {
        let unborn = prior.lateShare * .exp(-ahead / prior.meanOnsetYears)
        let ongoing = prior.stoppingShare * .exp(-ahead / prior.meanStopYears)
        let growing = prior.growingShare * (1 - prior.lateShare - prior.stoppingShare + ongoing)
        let stable = 1 - prior.growingShare - prior.shrinkingShare + prior.growingShare * unborn
        let density = grid.edges.indices.dropLast().map { cell in
            stable * grid.stable[cell] + growing * grid.growing[cell]
                + prior.shrinkingShare * grid.shrinking[cell]
        }
        return CourseShape(times: times, ahead: ahead, density: density, firstCell: 0)
    }
}
