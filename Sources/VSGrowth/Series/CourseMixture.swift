import RealModule

/// Every course that the exams of an untreated tumour allow, each with its probability.
///
/// ln V(t) = a + s g(t): a is unknown (flat prior), the rate s and the shape g have the prior of
/// ``GrowthPrior``, and the errors of ln V are normal with the covariance of ``SeriesCovariance``. At
/// most one exam has a gross error. Given shape and error, the likelihood is normal in s with a
/// integrated out, so each cell of rates is integrated exactly by the normal distribution; no sampling.
package struct CourseMixture: Sendable {
    /// The courses of one shape under one hypothesis of error.
    private struct Part {
        let fit: RateFit
        /// Years of growth from the first exam to the last.
        let reach: Double
        /// The forecast of ln V is the fit's level + rate x `slope`.
        let slope: Double
        /// The first of ``CourseMixture/masses`` that is its own, and the cell of rates it stands for.
        let start: Int
        let firstCell: Int
        /// One past the last.
        let end: Int
    }

    private let edges: [Double]
    private var parts: [Part] = []
    /// The probability of each cell of rates of each part; all together one.
    private var masses: [Double] = []
    /// The probability that the last exam has a gross error.
    package private(set) var probabilityOfGrossError = 0.0

    /// The courses of exams in order of date.
    ///
    /// - Parameters:
    ///   - exams: at least two, on at least two days; else nil.
    ///   - prior: what is believed before the exams are seen.
    ///   - error: the error model.
    ///   - grid: the grid of the prior's rates, where many series are read; nil makes it.
    ///   - aheadYears: from the last exam to the day that a forecast is wanted for.
    package init?(
        _ exams: [VolumeMeasurement], prior: GrowthPrior, error: MeasurementErrorModel,
        grid: RateGrid? = nil, aheadYears: Double = 0
    ) {
        guard let first = exams.first, let last = exams.last, first.date < last.date,
            let precision = PrecisionMatrix(
                covariance: SeriesCovariance.matrix(SmoothedErrors.apply(exams), error),
                count: exams.count)
        else { return nil }
        let grid = grid ?? RateGrid(prior)
        let times = exams.map { first.date.years(to: $0.date) }
        let shapes = CourseShape.all(
            times: times, ahead: first.date.years(to: last.date) + aheadYears, prior: prior,
            grid: grid)
        edges = grid.edges
        let fits = Self.fits(exams, shapes, precision: precision, prior: prior)
        let highest = fits.map(\.fit.logScale).max() ?? 0
        masses.reserveCapacity(fits.count * 25)
        var (total, grossTotal) = (0.0, 0.0)
        // What is e^30 times less probable than the best is left out.
        for (fit, isLastGross) in fits where fit.logScale > highest - 30 {
            let mass = fill(fit, shapes[fit.shape], grid, scale: .exp(fit.logScale - highest))
            total += mass
            if isLastGross { grossTotal += mass }
        }
        guard total > 0, total.isFinite else { return nil }
        for place in masses.indices { masses[place] /= total }
        probabilityOfGrossError = grossTotal / total
    }

    /// The likelihoods of all shapes, without a gross error and with one at each exam.
    private static func fits(
        _ exams: [VolumeMeasurement], _ shapes: [CourseShape], precision: PrecisionMatrix,
        prior: GrowthPrior
    ) -> [(fit: RateFit, isLastGross: Bool)] {
        let values = exams.map(\.logVolume)
        var result = RateFit.all(values, shapes, precision: precision, logOdds: 0)
            .map { ($0, false) }
        let variance = prior.grossErrorSD * prior.grossErrorSD
        for exam in exams.indices {
            let share = exams[exam].grossErrorShare ?? prior.grossErrorShare
            guard share > 0 else { continue }
            let (weights, determinant) = precision.adding(variance: variance, at: exam)
            let odds = Double.log(share / (1 - share)) - .log(determinant) / 2
            result += RateFit.all(values, shapes, precision: weights, logOdds: odds)
                .map { ($0, exam == exams.count - 1) }
        }
        return result
    }

    /// Adds the cells of one shape.
    ///
    /// - Returns: their mass together.
    private mutating func fill(
        _ fit: RateFit, _ shape: CourseShape, _ grid: RateGrid, scale: Double
    ) -> Double {
        let start = masses.count
        var low = fit.border(edges[shape.firstCell])
        var sum = 0.0
        for cell in shape.firstCell..<edges.count - 1 {
            let high = fit.border(edges[cell + 1])
            let inside =
                fit.isFlat ? edges[cell + 1] - edges[cell] : RateFit.mass(from: low, to: high)
            let mass = scale * shape.density[cell] * inside
            masses.append(mass)
            sum += mass
            low = high
        }
        parts.append(
            Part(
                fit: fit, reach: shape.times.last ?? 0, slope: shape.ahead - fit.meanTime,
                start: start, firstCell: shape.firstCell, end: masses.count))
        return sum
    }

    /// The probabilities that ln V truly changed by at least, and by less than, `change` since the
    /// first exam; both, as one of them may be too small to be seen beside one.
    package func probabilities(ofChange change: Double) -> (atLeast: Double, below: Double) {
        var (above, below) = (0.0, 0.0)
        for part in parts {
            // Without growth between the exams the change is zero, whatever the rate.
            let rate =
                part.reach > 0 ? change / part.reach : change <= 0 ? -Double.infinity : .infinity
            for place in part.start..<part.end {
                let cell = part.firstCell + place - part.start
                if rate <= edges[cell] {
                    above += masses[place]
                } else if rate >= edges[cell + 1] {
                    below += masses[place]
                } else {
                    let share = share(of: cell, part.fit, from: rate)
                    above += masses[place] * share
                    below += masses[place] * (1 - share)
                }
            }
        }
        return (above, below)
    }

    /// The share of a cell whose rate is at least `rate`.
    private func share(of cell: Int, _ fit: RateFit, from rate: Double) -> Double {
        let top = fit.border(edges[cell + 1])
        let whole = RateFit.mass(from: fit.border(edges[cell]), to: top)
        guard !fit.isFlat, whole > 0 else {
            return (edges[cell + 1] - rate) / (edges[cell + 1] - edges[cell])
        }
        return RateFit.mass(from: fit.border(rate), to: top) / whole
    }

    /// The change of ln V since the first exam that is exceeded with probability 1 - `probability`.
    func change(at probability: Double) -> Double {
        QuantileSearch.value(at: probability, in: -12...12) { probabilities(ofChange: $0).below }
    }

    /// The volumes to be expected on the day ahead.
    package var forecast: VolumeForecast {
        var result: [VolumeForecast.Part] = []
        for part in parts {
            // Quantiles and coverage need no rarer courses.
            for place in part.start..<part.end where masses[place] > 1e-7 {
                let (mean, variance) = moments(part.firstCell + place - part.start, part.fit)
                result.append(
                    VolumeForecast.Part(
                        mass: masses[place], mean: part.fit.level + part.slope * mean,
                        variance: part.fit.levelVariance + part.slope * part.slope * variance))
            }
        }
        return VolumeForecast(parts: result)
    }

    /// Mean and variance of the rate within a cell: of a normal distribution cut at both ends.
    private func moments(_ cell: Int, _ fit: RateFit) -> (mean: Double, variance: Double) {
        let (low, high) = (edges[cell], edges[cell + 1])
        let (a, b) = (fit.border(low), fit.border(high))
        let whole = RateFit.mass(from: a, to: b)
        // A cell that is narrow beside the likelihood is even.
        guard b.z - a.z > 0.05, whole > 1e-12 else {
            return ((low + high) / 2, (high - low) * (high - low) / 12)
        }
        let (fa, fb) = (NormalDistribution.density(a.z), NormalDistribution.density(b.z))
        let shift = (fa - fb) / whole
        let variance = 1 + (a.z * fa - b.z * fb) / whole - shift * shift
        return (fit.mean + fit.sd * shift, max(variance, 0) * fit.sd * fit.sd)
    }
}
