import Foundation
import Testing
import VSImaging
import VSNetwork
import VSSegmentation
import VSTestSupport

/// Measuring one tumour again on small changes of its scan.
struct RepeatabilityTests {
    private static let segmenter = Segmenter(brightnessModel(slope: 8, offset: 16))
    private static let scan = head(spots: [([22, 0, 12], 4)])

    private func repeated(
        _ scan: Volume = scan, seed: UInt64 = 7,
        _ change: (inout RepeatabilityParameters) -> Void = { _ in }
    ) throws -> (tumour: SegmentedTumour, runs: Repeatability) {
        var parameters = RepeatabilityParameters()
        change(&parameters)
        let found = try Self.segmenter.segment(scan, subject: "scan")
        let tumour = try #require(found.tumours.first)
        return (
            tumour,
            try Self.segmenter.repeatability(
                of: tumour, in: scan, subject: "scan", seed: seed, parameters: parameters)
        )
    }

    private func spread(_ runs: Repeatability) -> Double {
        let logs = runs.volumesMm3.compactMap { $0.map { log($0) } }
        let mean = logs.reduce(0, +) / Double(logs.count)
        return (logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(logs.count - 1))
            .squareRoot()
    }

    @Test("without any change every run gives the volume that was measured, mirrored or not")
    func still() throws {
        for flips in [false, true] {
            let (tumour, runs) = try repeated {
                $0.shiftVoxels = 0
                $0.rotationDegrees = 0
                $0.noiseFactor = 0
                $0.flips = flips
            }
            #expect(runs.volumesMm3.count == 8)
            for volume in runs.volumesMm3 {
                #expect(volume == tumour.measurement.volumeMm3, "flips: \(flips)")
            }
        }
    }

    @Test("small changes give volumes about the measured one, which differ")
    func changed() throws {
        let (tumour, runs) = try repeated()
        #expect(runs.volumesMm3.allSatisfy { $0 != nil })
        for volume in runs.volumesMm3.compactMap(\.self) {
            // 5 slices of 11 x 11 voxels; a shift adds one slice, row and column at most: 43 %.
            #expect(abs(volume / tumour.measurement.volumeMm3 - 1) < 0.5)
        }
        #expect(Set(runs.volumesMm3).count > 3)
        #expect(runs.parameters == RepeatabilityParameters())
    }

    @Test("a seed gives the same bits; another seed other ones")
    func seeded() throws {
        let first = try repeated().runs
        #expect(try repeated().runs == first)
        #expect(try repeated(seed: 8).runs.volumesMm3 != first.volumesMm3)
    }

    @Test("a small tumour varies more than a large one")
    func size() throws {
        let small = try repeated(head(spots: [([22, 0, 12], 2.2)])).runs
        let large = try repeated(head(spots: [([22, 0, 12], 7)])).runs
        #expect(spread(small) > spread(large))
    }

    @Test("a run in which the tumour is lost is no volume")
    func lost() throws {
        // Up to twelve slices or rows: further than the cube is wide.
        let (_, runs) = try repeated {
            $0.shiftVoxels = 12
            $0.rotationDegrees = 0
            $0.runs = 16
            $0.noiseFactor = 0
        }
        #expect(runs.volumesMm3.count == 16)
        #expect(runs.volumesMm3.contains(nil))
    }

    @Test("the neighbouring tumour is not counted in")
    func apart() throws {
        let scan = head(spots: [([22, 0, 12], 4), ([-22, 4, 12], 3)])
        var result = try Self.segmenter.segment(scan, subject: "scan")
        try Self.segmenter.measureAgain(&result, in: scan, subject: "scan", seed: 1)
        #expect(result.tumours.count == 2)
        for tumour in result.tumours {
            let runs = try #require(tumour.repeatability)
            for volume in runs.volumesMm3.compactMap(\.self) {
                #expect(abs(volume / tumour.measurement.volumeMm3 - 1) < 0.7)
            }
        }
    }

    @Test("on a scan of another spacing the runs are on the scan's own grid")
    func resampled() throws {
        let scan = head(
            spacing: Spacing(depth: 2.25, height: 0.6, width: 0.6),
            spots: [(centre: [15, 0, 15], half: 5)])
        let (tumour, runs) = try repeated(scan)
        let voxel = scan.affine.voxelVolumeMm3
        for volume in runs.volumesMm3.compactMap(\.self) {
            #expect(abs(volume / voxel - (volume / voxel).rounded()) < 1e-6)
            #expect(abs(volume / tumour.measurement.volumeMm3 - 1) < 0.6)
        }
    }

    @Test("a run that is cancelled says so")
    func cancelled() throws {
        let tumour = try #require(
            try Self.segmenter.segment(Self.scan, subject: "scan").tumours.first)
        let error = #expect(throws: SegmentationError.self) {
            try Self.segmenter.repeatability(
                of: tumour, in: Self.scan, subject: "scan", seed: 1, isCancelled: { true })
        }
        #expect(error?.code == .cancelled)
    }

    @Test("the noise that is found is the noise that was added")
    func noise() throws {
        var state: UInt64 = 9
        func uniform() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (Double(state >> 11) + 0.5) / 9_007_199_254_740_992
        }
        var noisy = Self.scan
        for index in noisy.voxels.indices {
            let normal = (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform())
            noisy.voxels[index] += Float(20 * normal)
        }
        let runs = try repeated(noisy).runs
        // Its median is known to 1 % from some ten thousand voxels; edges and the head's own texture
        // of 10 / √12 add a little.
        #expect(abs(runs.noiseSD / 20 - 1) < 0.1, "\(runs.noiseSD)")
    }
}
