import Foundation
import Testing
import VSGrowth
import VSNetwork
import VSSegmentation
import VSStore
import VSSurveillance
import VSTestSupport

/// One scan's own error, from the run to the curve.
struct PrecisionTests {
    private func stored(_ clinic: Clinic, _ segmentation: Int64) throws -> (
        volume: VolumeRecord, repeated: RepeatabilityRecord?
    ) {
        let volume = try #require(
            try clinic.store.volumes(ofSegmentation: segmentation).first
        ).volume
        return (volume, try clinic.store.repeatability(ofVolume: volume.id))
    }

    @Test("a scan measured again carries its own error into the store and the curve")
    func registered() throws {
        let clinic = try Clinic()
        let first = try clinic.register(clinic.scan("a.nii.gz", left: 4), "P", "2020-03-01")
        let second = try clinic.register(clinic.scan("b.nii.gz", left: 3), "P", "2021-03-01") {
            $0.measuresRepeatability = true
        }
        #expect(first.tumours.map(\.hasOwnError) == [false])
        #expect(second.tumours.map(\.hasOwnError) == [true])
        #expect(try stored(clinic, 1).repeated == nil)
        let (volume, row) = try stored(clinic, 2)
        let repeated = try #require(row)
        #expect(repeated.runs == 8 && repeated.found == 8)
        let spread = try #require(repeated.spreadSD)
        let error = GrowthRule().error.relativeSD(
            volumeMm3: volume.volumeMm3, sliceSpacingMm: 1.5)
        #expect(abs(repeated.modelSD - error) < 1e-12)
        let pooled = ((6 * error * error + 7 * spread * spread) / 13).squareRoot()
        #expect(abs(volume.relativeSD - max(error, pooled)) < 1e-12)
        #expect(repeated.detail.contains("volumesMm3") && repeated.detail.contains("seed"))
        #expect(repeated.softwareVersion == SoftwareVersion.current)
        let curve = try #require(try clinic.surveillance.growth(of: "P").tumours.first).curve
        #expect(curve.measurements.map(\.hasOwnError) == [false, true])
        #expect(curve.measurements.last?.relativeSD == volume.relativeSD)
    }

    @Test("a stored scan is measured again beside its earlier result, with the same bits each time")
    func again() throws {
        let clinic = try Clinic()
        let path = try clinic.scan("a.nii.gz", left: 3)
        try clinic.register(path, "P", "2020-03-01")
        _ = try clinic.surveillance.resegment(scan: 1, measuresRepeatability: true)
        try clinic.register(path, "P", "2020-03-01") {
            $0.isAgain = true
            $0.measuresRepeatability = true
        }
        let (second, third) = (try stored(clinic, 2), try stored(clinic, 3))
        #expect(try stored(clinic, 1).repeated == nil)
        #expect(second.repeated?.detail == third.repeated?.detail)
        #expect(second.volume.relativeSD == third.volume.relativeSD)
    }

    @Test("a run that is cancelled while measuring again stores nothing")
    func cancelled() throws {
        let clinic = try Clinic()
        let scan = try clinic.scan("a.nii.gz", left: 4)
        let before = try clinic.contents()
        var asked = 0
        let code = try clinic.code {
            try clinic.register(
                scan, "P", "2020-03-01", change: { $0.measuresRepeatability = true },
                isCancelled: {
                    asked += 1
                    // Late enough that the scan itself is segmented.
                    return asked > 4
                })
        }
        #expect(code == "cancelled")
        #expect(try clinic.contents() == before)
    }
}

/// What a card says of a model, and what follows.
struct ModelCardTests {
    @Test("a card changes an installed model's error for new volumes, and its file not at all")
    func boundary() throws {
        let clinic = try Clinic()
        let model = try #require(try clinic.store.activeModel())
        try clinic.register(clinic.scan("a.nii.gz", left: 4), "P", "2020-03-01")
        let old = try clinic.store.volumes(ofSegmentation: 1).map(\.volume)
        let described = try clinic.surveillance.describe(
            model, by: ModelCard(boundarySDMm: 0.4))
        #expect(described.sha256 == model.sha256)
        #expect(try Surveillance.description(of: described).boundarySDMm == 0.4)
        #expect(try clinic.store.volumes(ofSegmentation: 1).map(\.volume) == old)
        let done = try clinic.register(clinic.scan("b.nii.gz", left: 4.8), "P", "2021-03-01")
        let volume = try #require(done.tumours.first).volume
        var error = GrowthRule().error
        error.boundarySDMm = 0.4
        #expect(
            volume.relativeSD
                == error.relativeSD(volumeMm3: volume.volumeMm3, sliceSpacingMm: 1.5))
        // One model still: both exams are compared.
        #expect(
            try clinic.surveillance.growth(of: "P").tumours.first?.assessment?.compared.count == 2)
        #expect(try clinic.store.examine().brokenAudit == nil)
    }

    @Test("the same card again writes nothing")
    func same() throws {
        let clinic = try Clinic()
        let model = try #require(try clinic.store.activeModel())
        try clinic.surveillance.describe(model, by: ModelCard(boundarySDMm: 0.4))
        let before = try clinic.databaseBytes()
        let now = try #require(try clinic.store.activeModel())
        try clinic.surveillance.describe(now, by: ModelCard(boundarySDMm: 0.4))
        #expect(try clinic.databaseBytes() == before)
    }

    @Test("installing a known model with a card takes the card; measured ones are kept if asked")
    func installed() throws {
        let clinic = try Clinic()
        let data = try brightnessModel(slope: 8, offset: 16).encoded()
        func install(_ delta: Double, keeping: Bool = false) throws -> Double? {
            let (model, isNew) = try clinic.surveillance.installModel(
                data, subject: "again", card: ModelCard(boundarySDMm: delta),
                keepsMeasured: keeping)
            #expect(!isNew)
            let stored = try #require(try clinic.store.activeModel())
            #expect(stored.description == model.description)
            return try Surveillance.description(of: model).boundarySDMm
        }
        #expect(try install(0.3, keeping: true) == 0.3)
        #expect(try install(0.25, keeping: true) == 0.3)
        #expect(try install(0.25) == 0.25)
    }

    @Test("exams after surgery are judged from the moment the model's card covers them")
    func postSurgery() throws {
        let clinic = try Clinic()
        for (year, half) in [(2019, 6.0), (2021, 3.2), (2022, 4.8)] {
            try clinic.register(
                clinic.scan("e\(year).nii.gz", left: half), "P", "\(year)-03-01")
        }
        try clinic.surveillance.registerTreatment(
            Treatment(kind: .surgery, date: try day("2020-03-01")), patient: "P", side: .left)
        func growthClass() throws -> GrowthClass? {
            try clinic.surveillance.growth(of: "P").tumours.first?.assessment?.growthClass
        }
        #expect(try growthClass() == .outOfScope)
        #expect(try clinic.store.flagged().isEmpty)
        let model = try #require(try clinic.store.activeModel())
        try clinic.surveillance.describe(
            model, by: ModelCard(scope: ModelScope(postSurgery: true)))
        #expect(try growthClass() == .rapid)
        #expect(try clinic.store.flagged().map(\.growthClass) == ["rapid"])
        let covered = try #require(try clinic.store.activeModel())
        try clinic.surveillance.describe(
            covered, by: ModelCard(scope: ModelScope(postSurgery: false)))
        #expect(try growthClass() == .outOfScope)
        #expect(try clinic.store.flagged().isEmpty)
    }
}
