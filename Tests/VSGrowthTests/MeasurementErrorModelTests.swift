import Foundation
import Testing
import VSGrowth

@Suite struct MeasurementErrorModelTests {
    /// The smallest detectable change of ln V in percent between two exams, by boundary error.
    static let table: [(mm3: Double, expert: Double, target: Double, paper: Double)] = [
        (50, 47, 73, 127), (100, 38, 58, 101), (161, 32, 49, 86), (200, 30, 46, 80),
        (500, 22, 34, 59), (1000, 17, 27, 47), (1400, 16, 24, 42), (3000, 12, 19, 33),
        (6000, 10, 15, 26),
    ]

    @Test("the smallest detectable changes are those of the table", arguments: table)
    func boundary(row: (mm3: Double, expert: Double, target: Double, paper: Double)) {
        for (delta, percent) in [(0.13, row.expert), (0.20, row.target), (0.35, row.paper)] {
            let sd = MeasurementErrorModel(boundarySDMm: delta)
                .relativeSD(volumeMm3: row.mm3, sliceSpacingMm: 0)
            let change = 100 * 1.96 * (2 * sd * sd).squareRoot()
            // The table is rounded to whole percents from a rounded constant, 4.84.
            #expect(abs(change - percent) < 0.75, "\(change) for \(percent)")
        }
    }

    @Test func `the boundary's share is 3 delta over the radius`() {
        let volume = 4 / 3 * Double.pi * 5 * 5 * 5
        let sd = MeasurementErrorModel(boundarySDMm: 0.1)
            .relativeSD(volumeMm3: volume, sliceSpacingMm: 0)
        #expect(isClose(sd, 3 * 0.1 / 5))
    }

    /// The relative SD of a sphere's volume over the phase of its slices: exact in plane, and a
    /// column counts in a slab where over half of the slab is inside.
    private func simulated(radius r: Double, slices s: Double) -> Double {
        let phases = 200
        let volumes = (0..<phases).map { phase in
            var area = 0.0
            let count = Int(r / s) + 2
            for slice in -count...count {
                let z = abs((Double(slice) + (Double(phase) + 0.5) / Double(phases)) * s)
                let reach = max(z, s / 4)
                area += Double.pi * max(0, r * r - reach * reach)
            }
            return area * s
        }
        let truth = 4 / 3 * Double.pi * r * r * r
        let mean = volumes.reduce(0, +) / Double(phases)
        let variance = volumes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(phases)
        return variance.squareRoot() / truth
    }

    @Test(
        "the slices' share is that of simulated spheres, and never far below it",
        arguments: [
            (50.0, 100.0, 1.5), (200, 400, 1.5), (1000, 3000, 1.5), (200, 1000, 3), (50, 400, 1),
        ])
    func slices(low: Double, high: Double, spacing: Double) {
        let model = MeasurementErrorModel(boundarySDMm: 0)
        var (simulation, formula) = (0.0, 0.0)
        for step in 0..<40 {
            let volume = low * pow(high / low, (Double(step) + 0.5) / 40)
            let radius = VolumeConversion.equivalentDiameterMm(volumeMm3: volume) / 2
            let (a, b) = (
                simulated(radius: radius, slices: spacing),
                model.relativeSD(volumeMm3: volume, sliceSpacingMm: spacing)
            )
            simulation += a * a
            formula += b * b
        }
        // Root mean squares over the band; single volumes swing about it with their slice count.
        let ratio = (formula / simulation).squareRoot()
        #expect(ratio > 0.9 && ratio < 1.6, "\(ratio)")
    }

    @Test func `the shares add as squares`() {
        let both = MeasurementErrorModel(boundarySDMm: 0.2)
            .relativeSD(volumeMm3: 300, sliceSpacingMm: 1.5)
        let boundary = MeasurementErrorModel(boundarySDMm: 0.2)
            .relativeSD(volumeMm3: 300, sliceSpacingMm: 0)
        let slices = MeasurementErrorModel(boundarySDMm: 0)
            .relativeSD(volumeMm3: 300, sliceSpacingMm: 1.5)
        #expect(isClose(both * both, boundary * boundary + slices * slices))
        #expect(slices > 0)
    }

    @Test func `the smallest detectable ratio is exp(1.96 sigma)`() {
        #expect(MeasurementErrorModel.smallestDetectableRatio(differenceSD: 0) == 1)
        let ratio = MeasurementErrorModel.smallestDetectableRatio(differenceSD: 0.1)
        #expect(isClose(ratio, 1.2165269053343162))
    }
}
