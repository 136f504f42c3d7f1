import RealModule

/// A simulated clinic: virtual patients of every volume band, read exam by exam by every rule.
///
/// The same seed gives the same patients, however the work is cut.
package struct GrowthSimulation: Sendable {
    package let population: SimulatedPopulation
    /// Patients of each volume band.
    package let patientsPerBand: Int
    package let seed: UInt64
    /// The rule under test.
    package let rule: GrowthRule
    private let grid: RateGrid

    /// A clinic of so many patients a band.
    package init(
        _ population: SimulatedPopulation, patientsPerBand: Int, seed: UInt64,
        rule: GrowthRule = .init()
    ) {
        self.population = population
        self.patientsPerBand = patientsPerBand
        self.seed = seed
        self.rule = rule
        grid = RateGrid(rule.prior)
    }

    /// All patients, numbered through the bands.
    package var count: Int { VolumeBand.all.count * patientsPerBand }

    /// The patient of a number, read by every rule.
    package func record(_ number: Int) -> PatientRecord {
        var random = SeededGenerator(seed: seed, stream: UInt64(number))
        let band = VolumeBand.all[number / patientsPerBand]
        return PatientRecord(
            .untreated(population, band: band, rule: rule, &random), rule: rule, grid: grid)
    }

    /// What all records say; one for each number, in order.
    package func result(_ records: [PatientRecord]) -> SimulationResult {
        let bands = VolumeBand.all.enumerated().map { place, band in
            let start = place * patientsPerBand
            return result(band, Array(records[start..<start + patientsPerBand]))
        }
        return SimulationResult(
            population: population, seed: seed, bands: bands, calibration: Calibration(records),
            treated: TreatedResult.all(
                population, patients: patientsPerBand, seed: seed, rule: rule))
    }

    private func result(_ band: VolumeBand, _ patients: [PatientRecord]) -> SimulationResult.Band {
        let comparisons = DetectionRule.plain.map { plain in
            let threshold = plain.nominalThreshold(rule)
            let theirs = OperatingPoint(patients, rule: plain, threshold: threshold)
            let ours = OperatingPoint.matching(
                patients, rule: .allExams,
                falseAlarmsPerPatientYear: theirs.falseAlarmsPerPatientYear)
            return SimulationResult.Comparison(
                rule: plain, threshold: threshold, plain: theirs,
                probability: 1 / (1 + .exp(-ours.threshold)), ours: ours.point)
        }
        let curves = DetectionRule.allCases.map { rule in
            SimulationResult.Curve(
                rule: rule,
                points: SimulationResult.falseAlarmRates.map { rate in
                    OperatingPoint.matching(
                        patients, rule: rule, falseAlarmsPerPatientYear: rate
                    ).point
                })
        }
        let places = patients.compactMap(\.forecastPlace)
        let inside = places.count { $0 >= 0.025 && $0 <= 0.975 }
        return SimulationResult.Band(
            band: band, patients: patients.count,
            grownShare: Double(patients.count { $0.crossing != nil })
                / Double(max(patients.count, 1)),
            comparisons: comparisons, curves: curves,
            flagged: OperatingPoint(patients) { $0.isFlagged[$1] },
            growing: OperatingPoint(patients) { $0.isGrowing[$1] },
            calibration: Calibration(patients),
            forecastCoverage: Double(inside) / Double(max(places.count, 1)))
    }
}
