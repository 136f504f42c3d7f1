import Foundation
import Testing
import VSImaging
import VSNetwork
import VSSegmentation
import VSTestSupport

/// The whole path with a network small enough to know its answer: bright is tumour.
struct SegmenterTests {
    static let model = brightnessModel(slope: 8, offset: 16)
    static let leftSpot = (centre: SIMD3<Double>(22, 0, 12), half: 4.0)
    static let rightSpot = (centre: SIMD3<Double>(-22, 4, 12), half: 3.0)

    @Test("one bright cube on the left is one tumour there, with its volume")
    func oneTumour() throws {
        let scan = head(spots: [Self.leftSpot])
        let result = try Segmenter(Self.model).segment(scan, subject: "scan", sequence: "T2")
        let tumour = try #require(result.tumours.first)
        #expect(result.tumours.count == 1)
        #expect(tumour.side == .left)
        #expect((tumour.measurement.centroid - Self.leftSpot.centre).length < 1)
        let bright = scan.voxels.count { $0 > 900 }
        #expect(tumour.mask.voxelCount == bright)
        #expect(abs(tumour.measurement.volumeMm3 - Double(bright) * 0.96) < 1e-6)
        #expect(result.mask.voxels == tumour.mask.voxels)
        #expect(result.highestProbability > 0.99 && result.highestProbability <= 1)
        #expect(result.probability.shape == scan.shape)
        #expect(result.probability.affine == scan.affine)
        #expect(result.plannedBytes <= result.parameters.memoryLimitBytes)
        #expect(result.timings.total > 0)
    }

    @Test("a cube on each side gives two tumours in one mask")
    func twoTumours() throws {
        let scan = head(spots: [Self.leftSpot, Self.rightSpot])
        let result = try Segmenter(Self.model).segment(scan, subject: "scan")
        #expect(result.tumours.map(\.side) == [.left, .right])
        #expect(result.mask.voxelCount == scan.voxels.count { $0 > 900 })
    }

    @Test("a head without one is the finding that there is none, with the highest probability")
    func noTumour() throws {
        let result = try Segmenter(Self.model).segment(head(), subject: "scan")
        #expect(result.tumours.isEmpty)
        #expect(result.mask.isEmpty)
        #expect(result.highestProbability > 0)
        #expect(result.highestProbability < 0.5)
    }

    @Test("on another spacing the answer comes back on the scan's own grid")
    func resampled() throws {
        let scan = head(
            spacing: Spacing(depth: 2.25, height: 0.6, width: 0.6),
            spots: [(centre: [15, 0, 15], half: 5)])
        let result = try Segmenter(Self.model).segment(scan, subject: "scan")
        let tumour = try #require(result.tumours.first)
        #expect(result.probability.shape == scan.shape)
        #expect(tumour.mask.affine == scan.affine)
        let bright = Double(scan.voxels.count { $0 > 900 }) * 2.25 * 0.36
        #expect(abs(tumour.measurement.volumeMm3 / bright - 1) < 0.2)
        #expect((tumour.measurement.centroid - SIMD3(15, 0, 15)).length < 1)
        #expect(result.probability.voxels.allSatisfy { $0 >= 0 && $0 <= 1 })
    }

    @Test("a box finds what is in it and nothing else, with the same mask as the whole scan")
    func box() throws {
        let scan = head(spots: [Self.leftSpot, Self.rightSpot])
        let box = SearchBox(centre: [22, 0, 12], sizeMm: [30, 30, 24])
        let segmenter = Segmenter(Self.model)
        let result = try segmenter.segment(scan, subject: "scan", box: box)
        let whole = try segmenter.segment(scan, subject: "scan")
        #expect(result.tumours.map(\.side) == [.left])
        #expect(result.tumours.first?.mask == whole.tumours.first?.mask)
        #expect(result.box == box)
        #expect(result.probability.shape == scan.shape)
    }

    @Test("a memory limit never changes the answer: the same bits from less, or an error")
    func memoryLimits() throws {
        // More slices than a slab has with its halo.
        let scan = head(slices: 40, spots: [Self.leftSpot])
        func segment(within bytes: Int) throws -> SegmentationResult {
            var parameters = SegmentationParameters()
            parameters.memoryLimitBytes = bytes
            return try Segmenter(Self.model, parameters: parameters).segment(scan, subject: "scan")
        }
        let fast = try segment(within: SegmentationParameters().memoryLimitBytes)
        let lean = try segment(within: fast.plannedBytes - 1)
        let least = try segment(within: lean.plannedBytes - 1)
        #expect(lean.plannedBytes < fast.plannedBytes)
        #expect(least.plannedBytes < lean.plannedBytes)
        for result in [fast, lean, least] {
            #expect(result.windows == 1)
            #expect(result.probability == fast.probability)
            #expect(!result.tumours.isEmpty)
        }
        let error = #expect(throws: SegmentationError.self) {
            try segment(within: least.plannedBytes - 1)
        }
        #expect(error?.code == .memory)
        #expect(error?.remedy.contains("--memory-limit") == true)
    }

    @Test("the same scan gives the same bits")
    func deterministic() throws {
        let scan = head(spots: [Self.leftSpot])
        let segmenter = Segmenter(Self.model)
        let a = try segmenter.segment(scan, subject: "scan")
        let b = try segmenter.segment(scan, subject: "scan")
        #expect(a.probability == b.probability)
        #expect(a.tumours.map(\.measurement) == b.tumours.map(\.measurement))
    }

    @Test("an earlier exam's tumour is recognised")
    func known() throws {
        let result = try Segmenter(Self.model).segment(
            head(spots: [Self.leftSpot, Self.rightSpot]), subject: "scan",
            known: [KnownTumour(side: .left, centroid: [24, 3, 10])])
        #expect(result.tumours.map(\.basis) == [.nearEarlierExam, .unexpectedSide])
    }

    @Test("a refused scan throws with the subject, all reasons and what to do")
    func refused() {
        var scan = head()
        scan.voxels[5] = .nan
        let error = #expect(throws: SegmentationError.self) {
            try Segmenter(Self.model).segment(scan, subject: "exam3.nii.gz", sequence: "T1")
        }
        #expect(error?.code == .refused)
        #expect(error?.description.hasPrefix("exam3.nii.gz: ") == true)
        #expect(error?.message.contains("not finite") == true)
        #expect(error?.message.contains("T1") == true)
    }

    @Test("a cancelled run throws and gives nothing")
    func cancelled() {
        let error = #expect(throws: SegmentationError.self) {
            try Segmenter(Self.model).segment(
                head(spots: [Self.leftSpot]), subject: "scan", isCancelled: { true })
        }
        #expect(error?.code == .cancelled)
    }

    @Test("too little memory is known before the run")
    func memory() {
        var parameters = SegmentationParameters()
        parameters.memoryLimitBytes = 1 << 20
        var isStarted = false
        let error = #expect(throws: SegmentationError.self) {
            try Segmenter(Self.model, parameters: parameters).segment(
                head(), subject: "scan", progress: { _ in isStarted = true })
        }
        #expect(error?.code == .memory)
        #expect(!isStarted)
    }

    @Test("a network that overflows is an error and no finding")
    func notFinite() {
        let error = #expect(throws: SegmentationError.self) {
            try Segmenter(brightnessModel(slope: .nan, offset: 0)).segment(
                head(), subject: "scan")
        }
        #expect(error?.code == .network)
    }

    @Test("a model's thresholds replace the defaults, and exact parameters stay")
    func thresholds() {
        var model = Self.model
        model.description.threshold = 0.4
        model.description.componentPeak = 0.8
        model.description.componentVolumeMm3 = 35
        let taken = Segmenter(model).parameters
        #expect(taken.threshold == 0.4)
        #expect(taken.componentPeak == 0.8)
        #expect(taken.smallestComponentMm3 == 35)
        #expect(Segmenter(model, exactly: .init()).parameters == SegmentationParameters())
    }

    @Test("parameters survive being stored")
    func codable() throws {
        var parameters = SegmentationParameters()
        parameters.componentMean = 0.65
        let data = try JSONEncoder().encode(parameters)
        #expect(try JSONDecoder().decode(SegmentationParameters.self, from: data) == parameters)
    }

    @Test("parameters out of range are refused", arguments: [-0.1, 0, 1.5, .nan])
    func parameterRange(threshold: Double) {
        var parameters = SegmentationParameters()
        parameters.threshold = threshold
        let error = #expect(throws: SegmentationError.self) {
            try Segmenter(Self.model, exactly: parameters).segment(head(), subject: "scan")
        }
        #expect(error?.code == .parameters)
    }
}
