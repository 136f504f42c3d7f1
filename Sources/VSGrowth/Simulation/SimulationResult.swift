/// What a simulated clinic says of the rules.
package struct SimulationResult: Sendable, Hashable, Codable {
    /// A plain rule beside ours at the same false alarms.
    package struct Comparison: Sendable, Hashable, Codable {
        package let rule: DetectionRule
        /// The plain rule's threshold: percent or mm.
        package let threshold: Double
        /// The plain rule at that threshold.
        package let plain: OperatingPoint
        /// The probability of a true rise at which ours has at most as many false alarms.
        package let probability: Double
        /// Ours there.
        package let ours: OperatingPoint
    }

    /// A rule at the rates of false alarms of ``SimulationResult/falseAlarmRates``.
    package struct Curve: Sendable, Hashable, Codable {
        package let rule: DetectionRule
        package let points: [OperatingPoint]
    }

    /// One range of volumes.
    package struct Band: Sendable, Hashable, Codable {
        package let band: VolumeBand
        package let patients: Int
        /// The share whose true volume rose by the threshold while they were followed.
        package let grownShare: Double
        package let comparisons: [Comparison]
        package let curves: [Curve]
        /// The flag and the classes of sure growth as they are shipped.
        package let flagged, growing: OperatingPoint
        package let calibration: Calibration
        /// The share of exams within the forecast's 95 % range, made at the exam before.
        package let forecastCoverage: Double
    }

    package let population: SimulatedPopulation
    package let seed: UInt64
    package let bands: [Band]
    /// Of all bands together.
    package let calibration: Calibration
    package let treated: [TreatedResult]

    /// False alarms per patient-year at which rules are held against each other.
    package static let falseAlarmRates = [
        0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.20, 0.30,
    ]
}
