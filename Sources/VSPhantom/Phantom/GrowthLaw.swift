import Foundation

/// How a phantom's tumour changes with time.
public struct GrowthLaw: Sendable, Codable, Hashable {
    /// What a clinician would call the course.
    public enum Family: String, Sendable, Codable, CaseIterable {
        /// Within a few percent a year.
        case stable
        /// Growing exponentially.
        case growing
        /// Shrinking exponentially.
        case shrinking
        /// Swelling for about a year as after radiosurgery, then shrinking.
        case swelling
    }

    /// The course.
    public let family: Family
    /// The volume at the first exam, mm³.
    public let initialVolumeMm3: Double
    /// The specific growth rate d(ln V)/dt, per year.
    public let specificGrowthRatePerYear: Double
    /// The greatest swelling as a share of the volume; 0 for the other families.
    public let swelling: Double

    /// Makes a law; `swelling` peaks 0.8 years after the first exam.
    public init(
        family: Family, initialVolumeMm3: Double, specificGrowthRatePerYear: Double,
        swelling: Double = 0
    ) {
        self.family = family
        self.initialVolumeMm3 = initialVolumeMm3
        self.specificGrowthRatePerYear = specificGrowthRatePerYear
        self.swelling = swelling
    }

    /// The volume in mm³ at a time in years after the first exam:
    /// V0 exp(SGR t) (1 + s (t / 0.8) exp(1 - t / 0.8)).
    public func volumeMm3(atYears years: Double) -> Double {
        let phase = years / 0.8
        let bump = 1 + swelling * phase * exp(1 - phase)
        return initialVolumeMm3 * exp(specificGrowthRatePerYear * years) * bump
    }

    /// A course as met in surveillance.
    ///
    /// Large tumours grow at lower rates, so that four years take none far past 9 cm³.
    static func random(initialVolumeMm3: Double, random: inout CounterRandom) -> GrowthLaw {
        let fastest = max(0.2, min(0.9, log(9000 / initialVolumeMm3) / 4))
        let pick = random.uniform()
        let family: Family =
            pick < 0.4 ? .stable : pick < 0.75 ? .growing : pick < 0.9 ? .shrinking : .swelling
        let rate =
            switch family {
            case .stable: random.uniform(-0.04, 0.04)
            case .growing: random.uniform(0.15, fastest)
            case .shrinking: random.uniform(-0.5, -0.12)
            case .swelling: random.uniform(-0.45, -0.15)
            }
        return GrowthLaw(
            family: family, initialVolumeMm3: initialVolumeMm3, specificGrowthRatePerYear: rate,
            swelling: family == .swelling ? random.uniform(0.2, 0.7) : 0)
    }
}
