import RealModule

/// What is said of virtual patients after radiosurgery who truly take one course.
package struct TreatedResult: Sendable, Hashable, Codable {
    /// The true course.
    package let course: String
    package let patients: Int
    /// Shares of patients who at any exam were called progressing, or enlarged in the swelling window.
    package let progression, enlargement: Double
    /// Shares who at any exam were beyond 20 % against the treatment's baseline, and the exam before.
    package let baselinePercent, previousPercent: Double

    /// The three courses: swelling that passes, shrinking at once, growing on.
    ///
    /// Swelling reaches 30 to 120 % after 6 to 15 months; the final volume is half of the first.
    static func all(
        _ population: SimulatedPopulation, patients: Int, seed: UInt64, rule: GrowthRule
    ) -> [TreatedResult] {
        let courses: [(String, (inout SeededGenerator) -> CourseLaw)] = [
            (
                "swelling that passes",
                { random in
                    .swelling(
                        peak: .log(random.uniform(1.3...2.2)),
                        peakYears: random.uniform(0.5...1.25), final: -.log(2))
                }
            ),
            ("shrinking", { random in .slowing(rate: -random.uniform(0.2...0.5), years: 2) }),
            ("growing on", { random in .steady(rate: random.uniform(0.12...0.4)) }),
        ]
        return courses.enumerated().map { number, course in
            let stream = UInt64(1_000_000_000 + number * 100_000_000)
            let seen = (0..<patients).map { index in
                var random = SeededGenerator(seed: seed, stream: stream + UInt64(index))
                let volume = Double.exp(random.uniform(Double.log(300)...Double.log(4000)))
                let law = course.1(&random)
                return Sighting(
                    .treated(law, volumeMm3: volume, population, rule: rule, &random), rule: rule)
            }
            func share(_ holds: (Sighting) -> Bool) -> Double {
                Double(seen.count(where: holds)) / Double(max(patients, 1))
            }
            return TreatedResult(
                course: course.0, patients: patients, progression: share(\.isProgressing),
                enlargement: share(\.isEnlarged), baselinePercent: share(\.isBeyondBaseline),
                previousPercent: share(\.isBeyondPrevious))
        }
    }
}

/// What was said at any exam of one treated patient.
private struct Sighting {
    var isProgressing = false
    var isEnlarged = false
    var isBeyondBaseline = false
    var isBeyondPrevious = false

    init(_ patient: VirtualPatient, rule: GrowthRule) {
        let radiosurgery = Treatment(kind: .radiosurgery, date: VirtualPatient.start)
        for index in patient.measurements.indices.dropFirst() {
            let curve = GrowthCurve(
                Array(patient.measurements[...index]), treatments: [radiosurgery])
            guard let reading = curve.reading(by: rule, grid: nil) else { continue }
            switch GrowthJudge(reading).growthClass {
            case .progression, .growing, .rapid: isProgressing = true
            case .earlySwelling, .lateSwelling: isEnlarged = true
            default: break
            }
            func isBeyond(_ change: VolumeChange?) -> Bool {
                change.map { $0.percent >= rule.growthPercent } ?? false
            }
            if isBeyond(reading.changes.baseline) { isBeyondBaseline = true }
            if isBeyond(reading.changes.previous) { isBeyondPrevious = true }
        }
    }
}
