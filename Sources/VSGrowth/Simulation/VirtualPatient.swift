import RealModule

/// A patient whose true growth is known.
package struct VirtualPatient: Sendable {
    /// The true course.
    package let law: CourseLaw
    /// The exams, years since the first.
    package let years: [Double]
    /// What was measured at each.
    package let measurements: [VolumeMeasurement]

    /// The first exam of every virtual patient.
    static let start = ExamDate(dayNumber: 14_610)

    /// An untreated patient.
    ///
    /// Exams are planned at half a year and then yearly for ten years, with a month or so of jitter;
    /// one in ten is missed, and one patient in twelve leaves each year. At least one follows the first.
    package static func untreated(
        _ population: SimulatedPopulation, band: VolumeBand, rule: GrowthRule,
        _ random: inout SeededGenerator
    ) -> VirtualPatient {
        let law = law(population, &random)
        let logRange = Double.log(band.lowMm3)...Double.log(band.highMm3)
        let volume = Double.exp(random.uniform(logRange))
        var years = [0.0]
        for planned in [0.5] + (0..<10).map({ Double($0) + 1.5 }) {
            let day = ((planned + 0.1 * random.normal()) * 365.25).rounded()
            if years.count > 1, random.chance(0.08) { break }
            if years.count > 1, random.chance(0.1) { continue }
            years.append(max(day, years[years.count - 1] * 365.25 + 30).rounded() / 365.25)
        }
        return VirtualPatient(
            law: law, years: years,
            measurements: measure(law, volume, years, population, rule, &random))
    }

    /// A patient after radiosurgery: planned a month before, then seen at 6, 12, 24, 36, 48, 60, 84
    /// months.
    package static func treated(
        _ law: CourseLaw, volumeMm3: Double, _ population: SimulatedPopulation, rule: GrowthRule,
        _ random: inout SeededGenerator
    ) -> VirtualPatient {
        let years = [-1.0, 6, 12, 24, 36, 48, 60, 84].map { ($0 * 30.4375).rounded() / 365.25 }
        return VirtualPatient(
            law: law, years: years,
            measurements: measure(law, volumeMm3, years, population, rule, &random))
    }

    private static func law(
        _ population: SimulatedPopulation, _ random: inout SeededGenerator
    ) -> CourseLaw {
        let rate = random.logNormal(median: population.rateMedian, logSD: population.rateLogSD)
        var place = random.uniform()
        func isNext(_ share: Double) -> Bool {
            place -= share
            return place < 0
        }
        if isNext(population.steadyShare) { return .steady(rate: rate) }
        if isNext(population.slowingShare) { return .slowing(rate: rate * 1.5, years: 3) }
        if isNext(population.lateShare) {
            return .late(rate: rate, onset: random.uniform(0.5...7))
        }
        if isNext(population.stoppingShare) {
            return .stopping(rate: rate, stop: random.uniform(0.5...7))
        }
        if isNext(population.shrinkingShare) { return .steady(rate: -rate / 2) }
        return .steady(rate: population.stableRateSD * random.normal())
    }

    /// The exams' volumes with their errors: true ones are drawn, believed ones come from the rule's
    /// error model at the measured volume, as in the clinic.
    private static func measure(
        _ law: CourseLaw, _ volumeMm3: Double, _ years: [Double],
        _ population: SimulatedPopulation, _ rule: GrowthRule, _ random: inout SeededGenerator
    ) -> [VolumeMeasurement] {
        let spacing = 1.5
        var truth = rule.error
        truth.boundarySDMm = population.boundarySDMm
        var sequence = 0
        func offset(_ random: inout SeededGenerator) -> Double {
            truth.sequenceSD / Double(2).squareRoot() * random.normal()
        }
        var shift = offset(&random)
        return years.map { year in
            if random.chance(population.protocolChangeShare) {
                sequence += 1
                shift = offset(&random)
            }
            let real = volumeMm3 * .exp(law.logChange(years: year))
            var error =
                truth.relativeSD(volumeMm3: real, sliceSpacingMm: spacing) * random.normal()
                + population.unmodelledSD * random.normal() + shift
            if random.chance(population.grossErrorShare) {
                error += population.grossErrorSD * random.normal()
            }
            let measured = real * .exp(error)
            return VolumeMeasurement(
                date: ExamDate(dayNumber: start.dayNumber + Int((year * 365.25).rounded())),
                volumeMm3: measured,
                relativeSD: rule.error.relativeSD(volumeMm3: measured, sliceSpacingMm: spacing),
                model: "virtual 1", sequence: "T2 \(sequence)", sliceSpacingMm: spacing)
        }
    }
}
