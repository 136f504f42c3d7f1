import Foundation
import Testing
import VSGrowth
import VSImaging
import VSNetwork
import VSSegmentation
import VSStore
import VSSurveillance
import VSTestSupport

/// The exam before an exam, and the maps of the network.
struct PreviousExamTests {
    private let clinic: Clinic

    init() throws { clinic = try Clinic() }

    @Test("the exam before is the last of an earlier day with a segmentation; the first has none")
    func which() throws {
        let first = try clinic.register(clinic.scan("a.nii", left: 5), "P", "2020-03-01")
        let last = try clinic.register(clinic.scan("c.nii", left: 6), "P", "2023-03-01")
        let middle = try clinic.register(clinic.scan("b.nii", left: 5.5), "P", "2021-03-01")
        #expect(try clinic.surveillance.previousScan(of: last.scan)?.scan == middle.scan)
        #expect(try clinic.surveillance.previousScan(of: middle.scan)?.scan == first.scan)
        #expect(try clinic.surveillance.previousScan(of: first.scan)?.scan == nil)
        #expect(try clinic.surveillance.previousExam(of: first.scan) == nil)
        try clinic.surveillance.review(
            scan: middle.scan, .reject(reason: "spills"), reader: "R")
        #expect(try clinic.surveillance.previousScan(of: last.scan)?.scan == first.scan)
    }

    @Test("an exam that lies elsewhere in the scanner is found where it lies")
    func moved() throws {
        let first = try clinic.register(clinic.scan("a.nii", left: 5), "P", "2020-03-01")
        let plain = head(spots: [(centre: [22, 0, 12], half: 5)])
        var affine = plain.affine
        affine.origin += [3, -2, 4]
        let volume = Volume(shape: plain.shape, affine: affine, voxels: plain.voxels)
        let path = clinic.folder.file("b.nii")
        try NIfTIWriter.write(volume, to: path)
        let second = try clinic.register(path, "P", "2021-03-01")
        let exam = try #require(try clinic.surveillance.previousExam(of: second.scan))
        #expect(exam.scan == first.scan)
        #expect(try exam.examDate == day("2020-03-01"))
        // Laid upon each other by the heads or by the tumours, the shift is taken back.
        #expect(exam.match.basis != .position)
        let place = exam.match.moved(Affine(origin: [25, -2, 16], spacing: affine.spacing))
        #expect((place.origin - SIMD3(22, 0, 12)).length < 0.5)
    }

    @Test("without a tumour on one side in both, the exams lie as the scanner has them")
    func position() throws {
        try clinic.register(clinic.scan("a.nii", left: 5), "P", "2020-03-01")
        let second = try clinic.register(clinic.scan("b.nii", right: 5), "P", "2021-03-01")
        let exam = try #require(try clinic.surveillance.previousExam(of: second.scan))
        #expect(exam.match.basis == .position)
        let grid = Affine(origin: [1, 2, 3], spacing: Spacing(depth: 1, height: 1, width: 1))
        #expect(exam.match.moved(grid) == grid)
    }

    @Test("the probability around a tumour is high inside the mask, and low beside it")
    func probability() throws {
        let exam = try clinic.register(clinic.scan("a.nii", left: 5), "P", "2020-03-01")
        let stored = try StoredScan(clinic.store, scan: exam.scan)
        let map = try clinic.surveillance.compute(.probability, of: stored)
        #expect(map.voxels.allSatisfy { (0...1).contains($0) })
        let threshold = Float(clinic.surveillance.parameters.threshold)
        var (inside, outside) = (0, 0)
        for d in 0..<stored.mask.shape.depth {
            for h in 0..<stored.mask.shape.height {
                for w in 0..<stored.mask.shape.width {
                    let point = stored.mask.affine.point(Double(d), Double(h), Double(w))
                    let place = try #require(map.affine.voxel(at: point))
                    guard all(place .>= -0.01), place.x < Double(map.shape.depth) - 0.5,
                        place.y < Double(map.shape.height) - 0.5,
                        place.z < Double(map.shape.width) - 0.5
                    else { continue }
                    let isHigh = map.value(at: place) >= threshold
                    if isHigh, stored.mask[d, h, w] == 1 { inside += 1 }
                    if isHigh, stored.mask[d, h, w] == 0 { outside += 1 }
                }
            }
        }
        // This model sees one voxel alone, so that a part gives what the whole gave.
        #expect(inside == stored.mask.voxelCount && outside == 0)
    }

    @Test("a model without attention says so; one that is gone is an error that names it")
    func attention() throws {
        let exam = try clinic.register(clinic.scan("a.nii", left: 5), "P", "2020-03-01")
        let stored = try StoredScan(clinic.store, scan: exam.scan)
        #expect(try clinic.surveillance.has(.probability, of: stored))
        #expect(try !clinic.surveillance.has(.attention, of: stored))
        let error = #expect(throws: StoreError.self) {
            try clinic.surveillance.compute(.attention, of: stored)
        }
        #expect(error?.description.contains("no attention maps") == true)
        let model = try #require(try clinic.store.activeModel())
        try FileManager.default.removeItem(atPath: model.path)
        let gone = #expect(throws: StoreError.self) {
            try clinic.surveillance.compute(.probability, of: stored)
        }
        #expect(gone?.subject == model.title)
    }
}
