import Foundation
import Testing
import VSGrowth
import VSNetwork
import VSStore
import VSSurveillance
import VSTestSupport

/// What a model's file and its description do to the use cases.
struct InstalledModelTests {
    /// The model of the clinic, changed in its description.
    private func model(_ change: (inout ModelDescription) -> Void) throws -> Data {
        var file = brightnessModel(slope: 8, offset: 16)
        change(&file.description)
        return try file.encoded()
    }

    @Test("a model whose file is gone is refused, and no row is written")
    func missing() throws {
        let clinic = try Clinic()
        try clinic.register(clinic.scan("a.nii.gz", left: 4), "P", "2020-03-01")
        let path = try #require(try clinic.store.activeModel()).path
        try FileManager.default.removeItem(atPath: path)
        let before = try clinic.databaseBytes()
        let contents = try clinic.contents()
        let scan = try clinic.scan("b.nii.gz", left: 5)
        #expect(try clinic.code { try clinic.register(scan, "P", "2021-03-01") } == "corrupt")
        #expect(
            try clinic.code { _ = try clinic.surveillance.resegment(scan: 1) } == "corrupt")
        #expect(try clinic.databaseBytes() == before)
        #expect(try clinic.contents() == contents)
        #expect(try clinic.store.examine().brokenModels == ["brightness 1"])
    }

    @Test("a missing or damaged model file installs nothing")
    func damaged() throws {
        let clinic = try Clinic(installing: false)
        #expect(throws: NetworkError.self) {
            try clinic.surveillance.installModel(clinic.folder.file("nowhere.safetensors"))
        }
        let whole = try model { _ in }
        #expect(throws: NetworkError.self) {
            try clinic.surveillance.installModel(whole.dropLast(4), subject: "short")
        }
        #expect(try clinic.store.models().isEmpty)
        #expect(!FileManager.default.fileExists(atPath: clinic.store.location.models))
    }

    @Test("a model that sees the same everywhere installs nothing")
    func blank() throws {
        let clinic = try Clinic(installing: false)
        for slope in [Float(0), 1e-12] {
            let blank = try brightnessModel(slope: slope, offset: 16).encoded()
            #expect {
                try clinic.surveillance.installModel(blank, subject: "blank.safetensors")
            } throws: {
                "\($0)".contains("blank.safetensors: It gives the same probability everywhere")
            }
        }
        #expect(try clinic.store.models().isEmpty)
    }

    @Test("the same bytes are one model; other bytes under its name and version are refused")
    func same() throws {
        let clinic = try Clinic()
        let again = try clinic.surveillance.installModel(model { _ in }, subject: "again")
        #expect(!again.isNew && again.model.isActive)
        let other = try model { $0.threshold = 0.6 }
        #expect(
            try clinic.code { try clinic.surveillance.installModel(other, subject: "other") }
                == "conflict")
        #expect(try clinic.store.models().count == 1)
    }

    @Test("a volume's error is that of the model's own boundary where it brings one")
    func boundary() throws {
        let clinic = try Clinic()
        let scan = try clinic.scan("a.nii.gz", left: 4)
        func relativeSD(_ patient: String, boundarySDMm: Double) throws {
            let done = try clinic.register(scan, patient, "2020-03-01")
            let volume = try #require(done.tumours.first).volume
            var error = GrowthRule().error
            error.boundarySDMm = boundarySDMm
            #expect(
                volume.relativeSD
                    == error.relativeSD(volumeMm3: volume.volumeMm3, sliceSpacingMm: 1.5))
        }
        try relativeSD("P", boundarySDMm: GrowthRule().error.boundarySDMm)
        let careless = try model {
            $0.version = "2"
            $0.boundarySDMm = 0.5
        }
        try clinic.takeOver(careless)
        try relativeSD("Q", boundarySDMm: 0.5)
    }

    @Test("each model's intended use comes with its results, each sentence once")
    func intendedUse() throws {
        let clinic = try Clinic()
        let first = try clinic.register(
            clinic.scan("a.nii.gz", left: 4), "P", "2020-03-01")
        #expect(first.intendedUse == "Research use only.")
        let other = try model {
            $0.version = "2"
            $0.intendedUse = "For phantoms only."
        }
        try clinic.takeOver(other)
        for (year, half) in [(2021, 4.8), (2022, 5.6)] {
            let done = try clinic.register(
                clinic.scan("e\(year).nii.gz", left: half), "P", "\(year)-03-01")
            #expect(done.intendedUse == "For phantoms only.")
        }
        #expect(
            try clinic.surveillance.growth(of: "P").intendedUse
                == "For phantoms only.")
        try clinic.store.registerPatient("N")
        #expect(try clinic.surveillance.growth(of: "N").intendedUse == "Research use only.")
        let repeated = try clinic.register(
            clinic.folder.file("a.nii.gz"), "P", "2020-03-01")
        #expect(repeated.intendedUse == nil)
    }
}
