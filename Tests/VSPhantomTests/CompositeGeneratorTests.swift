import Foundation
import Testing
import VSImaging
import VSPhantom

@Suite struct CompositeGeneratorTests {
    /// The heads that come with the project.
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Resources/heads").path
    private static let generator = Result {
        try CompositeGenerator(seed: 5, split: .validation, heads: folder)
    }

    @Test func `the same seed paints the same scan`() throws {
        let first = try Self.generator.get().patient(1, exams: 2).scan(exam: 1)
        let again = try CompositeGenerator(seed: 5, split: .validation, heads: Self.folder)
            .patient(1, exams: 3).scan(exam: 1)
        #expect(first.image == again.image)
        #expect(first.truth == again.truth)
        #expect(first.date == again.date)
    }

    @Test func `another seed or exam paints another scan`() throws {
        let patient = try Self.generator.get().patient(1, exams: 2)
        #expect(patient.scan(exam: 0).image.voxels != patient.scan(exam: 1).image.voxels)
        let other = try CompositeGenerator(seed: 6, split: .validation, heads: Self.folder)
        #expect(
            other.patient(1, exams: 1).scan(exam: 0).image.voxels
                != patient.scan(exam: 0).image.voxels)
    }

    @Test(arguments: [(120.0, 0.12), (600, 0.05), (4000, 0.03)])
    func `the mask's volume is near the true one`(volume: Double, tolerance: Double) throws {
        let patient = try Self.generator.get().patient(3, exams: 1, initialVolumeMm3: volume)
        let scan = patient.scan(exam: 0)
        let truth = try #require(scan.trueVolumeMm3)
        #expect(abs(truth / volume - 1) < 1e-9)
        let ratio = scan.truth.volumeMm3() / truth
        #expect(abs(ratio - 1) < tolerance, "seed 5: \(ratio)")
    }

    @Test func `volumes follow the law on every date`() throws {
        let patient = try Self.generator.get().patient(
            2, exams: 4, family: .shrinking, initialVolumeMm3: 900)
        let law = try #require(patient.law)
        #expect(law.family == .shrinking)
        for exam in patient.exams {
            #expect(exam.trueVolumeMm3 == law.volumeMm3(atYears: exam.years))
        }
    }

    @Test func `a patient without a tumour has an empty mask`() throws {
        let generator = try CompositeGenerator(
            seed: 5, split: .validation, heads: Self.folder, tumourFreeShare: 1)
        let patient = generator.patient(0, exams: 1)
        #expect(patient.side == nil && patient.law == nil && patient.subject == nil)
        let scan = patient.scan(exam: 0)
        #expect(scan.truth.isEmpty && scan.trueVolumeMm3 == nil)
        #expect(scan.image.voxels.contains { $0 > 100 })
    }

    @Test func `a fifth of the patients have no tumour, the others one on either side`() throws {
        let sides = try (0..<60).map { try Self.generator.get().patient($0, exams: 1).side }
        let bare = sides.count { $0 == nil }
        #expect((3...24).contains(bare), "\(bare) of 60")
        #expect(sides.contains(.left) && sides.contains(.right))
    }

    @Test func `validation never shows a head or a shape of training`() throws {
        let training = try CompositeGenerator(seed: 5, split: .training, heads: Self.folder)
        let outlines = try TumourOutlines.bundled()
        let shapes = Set(outlines.subjects.filter { $0.split == .validation }.map(\.id))
        var seen: Set<String> = []
        for index in 0..<40 {
            let patient = try Self.generator.get().patient(index, exams: 1)
            seen.insert(try #require(patient.head))
            if let subject = patient.subject { #expect(shapes.contains(subject)) }
        }
        let known = Set((0..<40).compactMap { training.patient($0, exams: 1).head })
        #expect(seen == ["patient12"] && known == ["patient01", "patient04"])
    }

    @Test(arguments: 0..<4)
    func `the tumour lies on its own side of the image`(index: Int) throws {
        let patient = try Self.generator.get().patient(index, exams: 1, initialVolumeMm3: 500)
        let scan = patient.scan(exam: 0)
        let shape = scan.truth.shape
        var sum = 0.0
        for d in 0..<shape.depth {
            for h in 0..<shape.height {
                for w in 0..<shape.width where scan.truth[d, h, w] == 1 { sum += Double(w) }
            }
        }
        let column = sum / Double(scan.truth.voxelCount) / Double(shape.width)
        #expect((column > 0.5) == (scan.side == .left))
    }

    @Test(arguments: 0..<4)
    func `a tumour is darker than the fluid around it`(index: Int) throws {
        let patient = try Self.generator.get().patient(index, exams: 1, initialVolumeMm3: 700)
        let scan = patient.scan(exam: 0)
        let inside = zip(scan.image.voxels, scan.truth.voxels).filter { $0.1 == 1 }.map(\.0)
            .sorted()
        // Open fluid fills some percent of a posterior fossa.
        let all = scan.image.voxels.sorted()
        let fluid = all[all.count * 985 / 1000]
        let median = inside[inside.count / 2]
        #expect(median < 0.85 * fluid, "\(median) against \(fluid)")
        #expect(median > 0.1 * fluid, "\(median) against \(fluid)")
    }

    @Test func `a folder of composites is written like one of phantoms`() throws {
        let folder = NSTemporaryDirectory() + "composite-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let manifest = try PhantomWriter(Self.generator.get(), folder: folder)
            .write(patients: 1, exams: 2)
        #expect(try PhantomManifest(folder: folder) == manifest)
        #expect(manifest.generator == "composite")
        #expect(manifest.patients.map(\.head) == ["patient12"])
        for exam in manifest.patients[0].exams {
            #expect(FileManager.default.fileExists(atPath: folder + "/" + exam.image))
            #expect(FileManager.default.fileExists(atPath: folder + "/" + exam.mask))
        }
    }
}
