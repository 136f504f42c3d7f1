import RealModule

/// How a virtual tumour's true ln V goes from the first exam on; rates per year, times in years.
package enum CourseLaw: Sendable, Hashable {
    /// One rate; zero or nearly so for a stable tumour, negative for one that shrinks.
    case steady(rate: Double)
    /// Slows down towards a largest size (Gompertz): the rate falls by a factor e in `slowing` years.
    case slowing(rate: Double, years: Double)
    /// Begins after some years.
    case late(rate: Double, onset: Double)
    /// Stops after some years.
    case stopping(rate: Double, stop: Double)
    /// After radiosurgery: ln V swells to `peak` within a time and then falls to `final`.
    case swelling(peak: Double, peakYears: Double, final: Double)

    /// ln V(t) - ln V(0).
    package func logChange(years: Double) -> Double {
        switch self {
        case .steady(let rate): return rate * years
        case .slowing(let rate, let slowing):
            return rate * slowing * (1 - .exp(-years / slowing))
        case .late(let rate, let onset): return rate * max(0, years - onset)
        case .stopping(let rate, let stop): return rate * min(years, stop)
        case .swelling(let peak, let peakYears, let final):
            guard years > 0 else { return 0 }
            // A half cosine up, then an exponential fall whose mean is three half-times of the rise.
            if years <= peakYears {
                return peak * (1 - .cos(.pi * years / peakYears)) / 2
            }
            return final + (peak - final) * .exp(-(years - peakYears) / (1.5 * peakYears))
        }
    }

    /// When ln V first has risen by `change`, years; nil where it has not by the year `end`.
    package func crossing(_ change: Double, by end: Double) -> Double? {
        let steps = 400
        guard
            let step = (1...steps).first(where: {
                logChange(years: end * Double($0) / Double(steps)) >= change
            })
        else { return nil }
        var (low, high) = (
            end * Double(step - 1) / Double(steps), end * Double(step) / Double(steps)
        )
        for _ in 0..<30 {
            let middle = (low + high) / 2
            if logChange(years: middle) >= change { high = middle } else { low = middle }
        }
        return high
    }
}
