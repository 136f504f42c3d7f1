import Foundation
import Testing
import VSImaging
import VSPhantom

@Suite struct PhantomGeneratorTests {
    private static let generator = Result { try PhantomGenerator(seed: 5, split: .validation) }

    @Test func `the same seed paints the same scan`() throws {
        let first = try Self.generator.get().patient(1, exams: 2).scan(exam: 1)
        let again = try PhantomGenerator(seed: 5, split: .validation).patient(1, exams: 3).scan(
            exam: 1)
        #expect(first.image == again.image)
        #expect(first.truth == again.truth)
        #expect(first.date == again.date)
    }

    @Test func `another seed, patient or exam paints another scan`() throws {
        let scan = try Self.generator.get().patient(1, exams: 2)
        #expect(scan.scan(exam: 0).image.voxels != scan.scan(exam: 1).image.voxels)
        let other = try PhantomGenerator(seed: 6, split: .validation).patient(1, exams: 1)
        #expect(other.scan(exam: 0).image.voxels != scan.scan(exam: 0).image.voxels)
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
            2, exams: 5, family: .growing, initialVolumeMm3: 300)
        let law = try #require(patient.law)
        #expect(law.family == .growing && law.specificGrowthRatePerYear > 0.1)
        for (exam, next) in zip(patient.exams, patient.exams.dropFirst()) {
            let years = next.years - exam.years
            #expect(years > 0.6 && years < 1.4)
            let rate =
                log(try #require(next.trueVolumeMm3) / (try #require(exam.trueVolumeMm3))) / years
            #expect(abs(rate - law.specificGrowthRatePerYear) < 1e-9)
        }
        #expect(patient.exams.map(\.date) == patient.exams.map(\.date).sorted())
    }

    @Test func `more exams leave the earlier ones as they were`() throws {
        let short = try Self.generator.get().patient(4, exams: 2)
        let long = try Self.generator.get().patient(4, exams: 5)
        #expect(short.exams == Array(long.exams.prefix(2)))
    }

    @Test func `a swelling tumour rises and falls below where it began`() {
        let law = GrowthLaw(
            family: .swelling, initialVolumeMm3: 1000, specificGrowthRatePerYear: -0.3,
            swelling: 0.6)
        #expect(law.volumeMm3(atYears: 0) == 1000)
        #expect(law.volumeMm3(atYears: 0.8) > 1200)
        #expect(law.volumeMm3(atYears: 6) < 500)
    }

    @Test func `some patients have no tumour and an empty mask`() throws {
        let generator = try PhantomGenerator(seed: 5, split: .validation, tumourFreeShare: 1)
        let patient = generator.patient(0, exams: 1)
        #expect(patient.side == nil && patient.law == nil && patient.subject == nil)
        let scan = patient.scan(exam: 0)
        #expect(scan.truth.isEmpty && scan.trueVolumeMm3 == nil)
        let cohort = (0..<60).map { try? Self.generator.get().patient($0, exams: 1).side }
        #expect(cohort.contains { $0 == nil } && cohort.contains(.left) && cohort.contains(.right))
    }

    @Test func `shapes come from the split asked for`() throws {
        let outlines = try TumourOutlines.bundled()
        let validation = Set(
            outlines.subjects.filter { $0.split == .validation }.map(\.id))
        for index in 0..<20 {
            guard let subject = try Self.generator.get().patient(index, exams: 1).subject else {
                continue
            }
            #expect(validation.contains(subject))
        }
    }

    @Test func `the tumour lies on its own side of the image`() throws {
        for index in 0..<3 {
            let patient = try Self.generator.get().patient(index, exams: 1, initialVolumeMm3: 900)
            let scan = patient.scan(exam: 0)
            let shape = scan.truth.shape
            var sum = 0.0
            for d in 0..<shape.depth {
                for h in 0..<shape.height {
                    for w in 0..<shape.width where scan.truth[d, h, w] == 1 { sum += Double(w) }
                }
            }
            let column = sum / Double(scan.truth.voxelCount) / Double(shape.width)
            #expect((column > 0.5) == (scan.side == .left), "patient \(index)")
        }
    }
}
