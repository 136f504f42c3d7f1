/// What kinds of tumours, clinics and errors are simulated.
///
/// The courses are not those of ``GrowthPrior``: growth may slow down by Gompertz's law, onsets and
/// stops are even in time and not exponential, and rates have another spread.
package struct SimulatedPopulation: Sendable, Hashable, Codable {
    /// What it is called on the command line.
    package var name: String
    /// Shares of courses; what is left over is stable.
    package var steadyShare = 0.18
    package var slowingShare = 0.10
    package var lateShare = 0.08
    package var stoppingShare = 0.14
    package var shrinkingShare = 0.08
    /// Growers' rates are log-normal, per year.
    package var rateMedian = 0.17
    package var rateLogSD = 0.80
    /// Rates of stable tumours: normal about zero, per year.
    package var stableRateSD = 0.008
    /// True boundary error, mm; the rule believes its own.
    package var boundarySDMm = 0.20
    /// An error of ln V that no error model knows.
    package var unmodelledSD = 0.0
    /// The share of exams with a gross error, and its size in ln V.
    package var grossErrorShare = 0.01
    package var grossErrorSD = 0.5
    /// The chance that an exam is made by another protocol than the one before.
    package var protocolChangeShare = 0.08

    /// A third to two thirds grow, a third of them stop, one exam in a hundred is grossly wrong.
    package static let reference = SimulatedPopulation(name: "reference")

    /// The reference, and populations that differ from what the rule believes.
    package static let all: [SimulatedPopulation] = {
        func variant(
            _ name: String, _ change: (inout SimulatedPopulation) -> Void
        ) -> SimulatedPopulation {
            var population = reference
            population.name = name
            change(&population)
            return population
        }
        return [
            reference,
            variant("few-growers") {
                $0.steadyShare = 0.08
                $0.slowingShare = 0.05
                $0.lateShare = 0.04
                $0.stoppingShare = 0.06
            },
            variant("many-growers") {
                $0.steadyShare = 0.30
                $0.slowingShare = 0.18
                $0.lateShare = 0.10
                $0.stoppingShare = 0.16
            },
            variant("fast-growers") { $0.rateMedian = 0.34 },
            variant("excess-error") { $0.unmodelledSD = 0.08 },
            variant("rough-outlines") { $0.boundarySDMm = 0.30 },
            variant("gross-errors") { $0.grossErrorShare = 0.05 },
            variant("changing-protocols") { $0.protocolChangeShare = 0.40 },
        ]
    }()
}
