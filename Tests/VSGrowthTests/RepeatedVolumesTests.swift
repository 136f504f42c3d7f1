import Foundation
import Testing
import VSGrowth

/// One scan's own error from a handful of runs.
struct RepeatedVolumesTests {
    @Test("the spread is the standard deviation of ln V over the runs that found the tumour")
    func spread() throws {
        let runs = RepeatedVolumes([100 * exp(0.1), nil, 100 * exp(-0.1), 100, 0, 100])
        #expect(runs.found == 4)
        #expect(runs.degreesOfFreedom == 3)
        let spread = try #require(runs.spreadSD)
        #expect(isClose(spread, (0.02 / 3.0).squareRoot(), 1e-12))
    }

    @Test("fewer than three runs with the tumour give no spread, and the model's error stays")
    func few() {
        let runs = RepeatedVolumes([100, 120, nil, nil])
        #expect(runs.spreadSD == nil)
        #expect(runs.degreesOfFreedom == 0)
        #expect(runs.relativeSD(modelSD: 0.13) == 0.13)
        #expect(RepeatedVolumes([]).spreadSD == nil)
    }

    @Test("a steady scan keeps the model's error, an unsteady one is between it and its spread")
    func pooled() throws {
        let steady = RepeatedVolumes([100, 100.5, 99.5, 100, 100.2, 99.9, 100.1, 100])
        #expect(steady.relativeSD(modelSD: 0.1) == 0.1)
        let unsteady = RepeatedVolumes([60, 140, 90, 120, 70, 100, 130, 80])
        let spread = try #require(unsteady.spreadSD)
        let own = unsteady.relativeSD(modelSD: 0.1)
        #expect(own > 0.1 && own < spread)
        // Six degrees of freedom of the model's, seven of the runs'.
        #expect(isClose(own * own, (6 * 0.01 + 7 * spread * spread) / 13, 1e-12))
    }
}
