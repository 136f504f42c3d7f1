import Foundation
import Testing
import VSGrowth
import VSImaging
import VSSegmentation
import VSStore
import VSSurveillance
import VSTestSupport

/// A reader's word and a reader's own mask.
struct ReviewTests {
    private let clinic: Clinic
    private let scan: Int64

    init() throws {
        clinic = try Clinic()
        scan = try clinic.register(clinic.scan("a.nii.gz", left: 4), "P", "2020-03-01").scan
    }

    /// The stored mask of the scan, changed and written as a reader's program would.
    private func mask(_ name: String, change: (inout Volume) -> Void = { _ in }) throws -> String {
        let record = try clinic.store.scan(scan).record
        let volume = try clinic.store.images.volume(record.contentHash)
        let found = try #require(try clinic.store.currentSegmentation(ofScan: scan))
        let mask = try clinic.store.mask(ofSegmentation: found.id, like: volume)
        var drawn = Volume(
            shape: mask.shape, affine: mask.affine, voxels: mask.voxels.map(Float.init))
        change(&drawn)
        let path = clinic.folder.file(name)
        try NIfTIWriter.write(drawn, to: path)
        return path
    }

    private func outline(_ file: String, side: Side? = nil) throws -> ReviewOutcome {
        try clinic.surveillance.review(scan: scan, .outline(file: file, side: side), reader: "A")
    }

    @Test("a reader's mask has the model's volume where it has its voxels, and its own error")
    func outlined() throws {
        let stored = try #require(
            try clinic.store.segmentationSummaries(patient: "P").first?.volumeMm3)
        let outcome = try outline(mask("m.nii.gz"))
        #expect(outcome.outlines.map(\.side) == [.left])
        #expect(abs(outcome.outlines[0].volumeMm3 - stored) < 1e-6)
        let exams = try clinic.store.exams(ofPatient: "P")
        #expect(exams.map(\.source) == [.model, .manual])
        let manual = try #require(exams.last?.relativeSD)
        let spacing = try clinic.store.scan(scan).record.sliceSpacingMm
        var error = MeasurementErrorModel()
        error.boundarySDMm = 0.13
        #expect(abs(manual - error.relativeSD(volumeMm3: stored, sliceSpacingMm: spacing)) < 1e-9)
    }

    @Test("any positive label is a mask; parts on the other side are refused or given a side")
    func labels() throws {
        let outcome = try outline(mask("m.nii") { $0.voxels = $0.voxels.map { $0 * 255 } })
        #expect(outcome.outlines.count == 1)
        func bothSides(_ volume: inout Volume) {
            // The mirror image as well: the tumour lies 22 mm to the left of the middle.
            for d in 0..<volume.shape.depth {
                for h in 0..<volume.shape.height {
                    for w in 0..<volume.shape.width where volume[d, h, w] == 1 {
                        volume[d, h, volume.shape.width - 1 - w] = 2
                    }
                }
            }
            volume.voxels = volume.voxels.map { $0 > 0 ? 1 : 0 }
        }
        let both = try mask("both.nii", change: bothSides)
        #expect {
            try outline(both)
        } throws: {
            ($0 as? StoreError)?.message.contains("both sides") == true
        }
        try clinic.store.registerPatient("P", isBilateral: true)
        let split = try outline(both)
        #expect(Set(split.outlines.map(\.side)) == [.left, .right])
    }

    @Test("a mask on another grid, empty, or of several labels changes nothing")
    func refused() throws {
        func check(_ words: String, _ change: (inout Volume) -> Void) throws {
            let file = try mask("bad.nii", change: change)
            let before = try clinic.contents()
            #expect {
                try outline(file)
            } throws: {
                ($0 as? StoreError)?.description.contains(words) == true
            }
            #expect(try clinic.contents() == before)
            #expect(try clinic.store.manualVolumes(ofScan: scan).isEmpty)
        }
        try check("empty") { $0.voxels = $0.voxels.map { _ in 0 } }
        try check("values") {
            $0.voxels[0] = 2
            $0.voxels[1] = 3
        }
        try check("slices, rows and columns") { volume in
            volume = volume.padded(
                to: GridShape(
                    depth: volume.shape.depth + 1, height: volume.shape.height,
                    width: volume.shape.width))
        }
        try check("mm from the scan's") { volume in
            var affine = volume.affine
            affine.origin.x += 0.3
            volume = Volume(shape: volume.shape, affine: affine, voxels: volume.voxels)
        }
    }

    @Test("a rejection has a reason, and the segmentation is of this scan")
    func words() throws {
        let other = try clinic.register(clinic.scan("b.nii.gz", left: 5), "P", "2021-03-01")
        func code(_ decision: ReviewDecision, _ segmentation: Int64? = nil) throws -> String? {
            try clinic.code {
                try clinic.surveillance.review(
                    scan: scan, decision, reader: "A", segmentation: segmentation)
            }
        }
        #expect(try code(.reject(reason: "  ")) == "invalid")
        let wrong = try #require(
            try clinic.store.currentSegmentation(ofScan: other.scan)?.id)
        #expect(try code(.accept, wrong) == "invalid")
        #expect(try code(.accept, 99) == "unknown")
        #expect(try code(.reject(reason: "leak")) == nil)
        // All are rejected now: the newest can be accepted again.
        let again = try clinic.surveillance.review(scan: scan, .accept, reader: "A")
        #expect(again.isChanged && again.segmentation == 1)
    }

    @Test("agreement pairs the model with the reader; cohort watches both exams")
    func reports() throws {
        try clinic.register(clinic.scan("b.nii.gz", left: 6), "P", "2022-03-01")
        _ = try outline(mask("m.nii.gz"))
        let agreement = try #require(try clinic.surveillance.agreement().first)
        #expect(agreement.pairs.count == 1 && agreement.missed == 0)
        #expect(agreement.bands.map(\.count).first == 1)
        #expect(agreement.bands.dropFirst().map(\.count).reduce(0, +) == 1)
        let cohort = try clinic.surveillance.cohort()
        #expect(cohort.tumours.count == 1 && cohort.tumours[0].grownOn != nil)
        #expect(cohort.risks.prefix(5).map(\.publishedPercent) == [21, 12, 9, 3, 2])
        #expect(cohort.years.map(\.year) == [2020, 2022])
    }
}
