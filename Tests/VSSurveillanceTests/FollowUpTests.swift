import Foundation
import Testing
import VSGrowth
import VSImaging
import VSSegmentation
import VSStore
import VSSurveillance
import VSTestSupport

/// What later exams and treatments add to what is known of a patient.
struct FollowUpTests {
    @Test("scan, masks, volumes, class and audit are stored together and fit each other")
    func together() throws {
        let clinic = try Clinic()
        let done = try clinic.register(
            clinic.scan("a.nii.gz", left: 4), "P", "2020-03-01")
        let segmentation = try #require(
            try clinic.store.currentSegmentation(ofScan: done.scan))
        let volumes = try clinic.store.volumes(ofSegmentation: segmentation.id)
        #expect(volumes.map(\.side) == ["left"])
        let volume = try clinic.store.images.volume(
            clinic.store.scan(done.scan).record.contentHash)
        let mask = try clinic.store.mask(ofSegmentation: segmentation.id, like: volume)
        #expect(mask.volumeMm3() == volumes.first?.volume.volumeMm3)
        #expect(try clinic.store.tumourSummaries(ofPatient: "P").first?.growthClass == "baseline")
        // The audit's chain of hashes is among what is examined.
        #expect(try clinic.store.examine(deep: true) == StoreHealth())
    }

    @Test("a cancelled run writes no row and no voxel")
    func cancelled() throws {
        let clinic = try Clinic()
        try clinic.register(clinic.scan("a.nii.gz", left: 4), "P", "2020-03-01")
        let before = try clinic.databaseBytes()
        let hashes = clinic.store.images.hashes()
        let scan = try clinic.scan("b.nii.gz", left: 5)
        #expect(
            try clinic.code {
                try clinic.register(scan, "Q", "2021-03-01", isCancelled: { true })
            } == "cancelled")
        #expect(try clinic.databaseBytes() == before)
        #expect(clinic.store.images.hashes() == hashes)
        #expect(try !clinic.store.hasPatient("Q"))
    }

    @Test("the network's progress rises to its end")
    func progress() throws {
        let clinic = try Clinic()
        let request = ScanRequest(
            file: try clinic.scan("a.nii.gz", left: 4), patient: "P", date: try day("2020-03-01"))
        var fractions: [Double] = []
        _ = try clinic.surveillance.register(
            request, today: try day("2020-03-01"), progress: { fractions.append($0) })
        #expect(fractions == fractions.sorted() && fractions.last == 1)
    }

    @Test("as of a day before it, a treatment did not happen yet")
    func treatmentAsOf() throws {
        let clinic = try Clinic()
        for (year, half) in [(2020, 3.2), (2021, 4.8)] {
            try clinic.register(
                clinic.scan("e\(year).nii.gz", left: half), "P", "\(year)-03-01")
        }
        try clinic.surveillance.registerTreatment(
            Treatment(kind: .surgery, date: try day("2021-01-01")), patient: "P", side: .left)
        let now = try clinic.surveillance.growth(of: "P").tumours.first?.assessment
        #expect(now?.growthClass == .outOfScope)
        let then = try clinic.surveillance.growth(of: "P", asOf: try day("2020-12-31"))
        #expect(then.tumours.first?.assessment?.growthClass == .baseline)
        #expect(then.tumours.first?.curve.treatments.isEmpty == true)
        #expect(try clinic.surveillance.growth(of: "P", asOf: try day("2019-01-01")).exams.isEmpty)
    }

    @Test("growth and treatment of an unknown patient are refused, and no row is written")
    func unknown() throws {
        let clinic = try Clinic()
        let before = try clinic.databaseBytes()
        #expect(
            try clinic.code { _ = try clinic.surveillance.growth(of: "nobody") } == "unknown")
        let surgery = Treatment(kind: .surgery, date: try day("2021-01-01"))
        #expect(
            try clinic.code {
                try clinic.surveillance.registerTreatment(surgery, patient: "nobody", side: .left)
            } == "unknown")
        #expect(try clinic.databaseBytes() == before)
    }

    @Test("a tumour on the side where none was known is measured and named")
    func unexpectedSide() throws {
        let clinic = try Clinic()
        try clinic.register(clinic.scan("a.nii.gz", left: 4), "P", "2020-03-01")
        let turned = try clinic.register(
            clinic.scan("b.nii.gz", right: 4), "P", "2021-03-01")
        #expect(turned.tumours.map(\.side) == [.right])
        #expect(turned.tumours.first?.assessment?.growthClass == .baseline)
        #expect(turned.notes.contains { $0.contains("right is new there") })
    }

    @Test("with earlier exams on one side, a larger finding on the other does not take its place")
    func knownSide() throws {
        let clinic = try Clinic()
        try clinic.register(clinic.scan("a.nii.gz", left: 3.2), "P", "2020-03-01")
        let second = try clinic.register(
            clinic.scan("b.nii.gz", left: 3.6, right: 4.8), "P", "2021-03-01")
        #expect(second.tumours.map(\.side) == [.left])
        #expect(second.notes.contains { $0.contains("Another finding") })
        #expect(try clinic.surveillance.growth(of: "P").tumours.map(\.side) == [.left])
    }
}
