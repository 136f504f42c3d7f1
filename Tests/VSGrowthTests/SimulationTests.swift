import Foundation
import Testing
import VSGrowth

/// A small simulated clinic; its seed is none of those that anything was chosen by.
@Suite struct SimulationTests {
    private static let result: SimulationResult = {
        let simulation = GrowthSimulation(.reference, patientsPerBand: 400, seed: 77)
        return simulation.result((0..<simulation.count).map(simulation.record))
    }()

    @Test("laws cross a threshold when they say")
    func crossing() throws {
        let steady = CourseLaw.steady(rate: 0.1)
        #expect(isClose(try #require(steady.crossing(0.2, by: 5)), 2, 1e-6))
        #expect(steady.crossing(0.2, by: 1.9) == nil)
        let late = CourseLaw.late(rate: 0.2, onset: 3)
        #expect(isClose(try #require(late.crossing(0.2, by: 6)), 4, 1e-6))
        #expect(CourseLaw.stopping(rate: 0.1, stop: 1).crossing(0.2, by: 30) == nil)
        let slowing = CourseLaw.slowing(rate: 0.2, years: 3)
        #expect(isClose(slowing.logChange(years: 1e9), 0.6))
        let swelling = CourseLaw.swelling(peak: 0.5, peakYears: 1, final: -0.7)
        #expect(isClose(swelling.logChange(years: 1), 0.5))
        #expect(swelling.logChange(years: 0) == 0)
        #expect(isClose(swelling.logChange(years: 100), -0.7, 1e-6))
    }

    @Test("the same seed gives the same patients, another seed others")
    func seeds() {
        func scores(_ seed: UInt64) -> SimulationResult {
            let simulation = GrowthSimulation(.reference, patientsPerBand: 6, seed: seed)
            return simulation.result((0..<simulation.count).map(simulation.record))
        }
        #expect(scores(5) == scores(5))
        #expect(scores(5).bands != scores(6).bands)
    }

    @Test("at a plain rule's false alarms all exams together find more, and sooner")
    func comparison() throws {
        for band in Self.result.bands {
            for pair in band.comparisons {
                let (plain, ours) = (pair.plain, pair.ours)
                #expect(ours.falseAlarmsPerPatientYear <= plain.falseAlarmsPerPatientYear + 1e-12)
                // Of a hundred and sixty growers a band, two either way are chance.
                #expect(
                    ours.sensitivity > plain.sensitivity - 0.0125,
                    "\(band.band.title), \(pair.rule.title)")
                #expect(
                    ours.meanDelayYears < plain.meanDelayYears + 0.05,
                    "\(band.band.title), \(pair.rule.title)")
            }
        }
    }

    @Test("probabilities are right as often as they say")
    func calibration() {
        #expect(Self.result.calibration.bins.count >= 4)
        #expect(Self.result.calibration.meanDifferencePoints < 2)
        for bin in Self.result.calibration.bins {
            // Answers of one patient hang together: count a third of them.
            let chance =
                3 * (bin.predicted * (1 - bin.predicted) * 3 / Double(bin.count)).squareRoot()
            #expect(abs(bin.predicted - bin.observed) < 0.03 + chance)
        }
    }

    @Test("swelling that passes is seldom called growth, growth on nearly always")
    func treated() {
        let shares = Self.result.treated.map(\.progression)
        #expect(shares[0] < 0.1 && shares[1] < 0.1 && shares[2] > 0.95)
        #expect(Self.result.treated[0].baselinePercent > 0.8)
    }

    @Test("forecasts hold the next exam about as often as they say")
    func forecasts() {
        for band in Self.result.bands { #expect((0.90...0.98).contains(band.forecastCoverage)) }
    }
}
