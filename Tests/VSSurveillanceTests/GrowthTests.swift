import Foundation
import Testing
import VSGrowth
import VSNetwork
import VSSegmentation
import VSStore
import VSSurveillance
import VSTestSupport

struct GrowthTests {
    /// Three exams of a growing tumour on the left.
    private func growing() throws -> Clinic {
        let clinic = try Clinic()
        for (year, half) in [(2020, 3.2), (2021, 4.0), (2022, 4.8)] {
            try clinic.register(
                clinic.scan("e\(year).nii.gz", left: half), "P", "\(year)-03-01")
        }
        return clinic
    }

    @Test("growth is judged and flagged with the scan that shows it")
    func flagged() throws {
        let clinic = try growing()
        let flag = try #require(try clinic.store.flagged().first)
        #expect(flag.identifier == "P" && flag.side == "left")
        let judged = try #require(try clinic.surveillance.growth(of: "P").tumours.first)
        #expect(judged.assessment?.growthClass.rawValue == flag.growthClass)
        #expect(judged.curve.measurements.count == 3)
        #expect(judged.assessment?.isFlagged == true)
    }

    @Test("as of an earlier day the answer is that of the day")
    func asOf() throws {
        let clinic = try growing()
        let early = try clinic.surveillance.growth(of: "P", asOf: try day("2020-12-31"))
        #expect(early.exams.count == 1)
        #expect(early.tumours.first?.assessment?.growthClass == .baseline)
    }

    @Test("exams out of order are judged in order of their days")
    func order() throws {
        let clinic = try Clinic()
        for (year, half) in [(2022, 4.8), (2020, 3.2), (2021, 4.0)] {
            try clinic.register(
                clinic.scan("e\(year).nii.gz", left: half), "P", "\(year)-03-01")
        }
        let curve = try #require(try clinic.surveillance.growth(of: "P").tumours.first).curve
        let volumes = curve.measurements.map(\.volumeMm3)
        #expect(volumes == volumes.sorted())
        #expect(try clinic.store.flagged().count == 1)
    }

    @Test("a treatment begins an epoch; the same one again is no news")
    func treatment() throws {
        let clinic = try growing()
        let radiosurgery = Treatment(kind: .radiosurgery, date: try day("2021-09-01"))
        #expect(
            try clinic.surveillance.registerTreatment(radiosurgery, patient: "P", side: .left))
        #expect(
            try !clinic.surveillance.registerTreatment(radiosurgery, patient: "P", side: .left))
        let tumour = try #require(try clinic.surveillance.growth(of: "P").tumours.first)
        #expect(tumour.assessment?.treatment == radiosurgery)
        #expect(tumour.assessment?.growthClass != .growing)
        let surgery = Treatment(kind: .surgery, date: try day("2021-10-01"))
        try clinic.surveillance.registerTreatment(surgery, patient: "P", side: .left)
        #expect(try clinic.store.flagged().isEmpty)
        #expect(
            try clinic.surveillance.growth(of: "P").tumours.first?.assessment?.growthClass
                == .outOfScope)
    }

    @Test("a new model takes over with a complete series, and not before")
    func twoModels() throws {
        let clinic = try growing()
        var other = brightnessModel(slope: 8, offset: 16)
        other.description.version = "2"
        let (model, _) = try clinic.surveillance.installModel(
            other.encoded(), subject: "other", activating: true)
        try clinic.register(clinic.scan("e2023.nii.gz", left: 5.6), "P", "2023-03-01")
        #expect(Set(try clinic.surveillance.growth(of: "P").exams.map(\.model)) == ["brightness 1"])
        #expect(try clinic.store.scansToSegment(by: model).count == 4)
        #expect(try Worker(clinic.surveillance).run() == 4)
        #expect(try clinic.store.scansToSegment(by: model).isEmpty)
        #expect(try clinic.store.activeModel()?.id == model.id)
        #expect(try clinic.store.segmentationSummaries().count == 8)
        let same = try #require(try clinic.surveillance.growth(of: "P").tumours.first)
        #expect(same.assessment?.leftOut == 0 && same.assessment?.compared.count == 4)
        #expect(same.assessment?.isFlagged == true)
    }

    @Test("two findings: one is measured, the side named decides, both where both are expected")
    func sides() throws {
        let clinic = try Clinic()
        let scan = try clinic.scan("a.nii.gz", left: 3, right: 4)
        let largest = try clinic.register(scan, "P", "2020-03-01")
        #expect(largest.tumours.map(\.side) == [.right])
        #expect(largest.notes.contains { $0.contains("Another finding") })
        let named = try clinic.register(scan, "Q", "2020-03-01", change: { $0.side = .left })
        #expect(named.tumours.map(\.side) == [.left])
        try clinic.store.registerPatient("R", isBilateral: true)
        let both = try clinic.register(scan, "R", "2020-03-01")
        #expect(Set(both.tumours.map(\.side)) == [.left, .right])
        #expect(try clinic.store.tumourSummaries(ofPatient: "R").count == 2)
    }

    @Test("a tumour keeps its side and its tracking UID over exams")
    func tracking() throws {
        let clinic = try growing()
        let tumours = try clinic.store.tumourSummaries(ofPatient: "P")
        #expect(tumours.count == 1 && tumours.first?.side == "left")
        #expect(tumours.first?.growthClass != nil && tumours.first?.nextExam != nil)
        #expect(throws: StoreError.self) { try clinic.store.tumourSummaries(ofPatient: "nobody") }
        #expect(throws: StoreError.self) { try clinic.store.segmentation(99) }
        #expect(try clinic.store.segmentation(1).finding == "tumour")
    }
}
