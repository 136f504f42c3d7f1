import Foundation
import Testing
import VSGrowth
import VSStore

struct PatientTests {
    private let temporary: TemporaryStore
    private var store: Store { temporary.store }

    init() throws { temporary = try TemporaryStore() }

    @Test(
        "identifiers with control characters, blanks at the ends, nothing or too much are refused",
        arguments: [
            "", " ", " p1", "p1 ", "p\n1", "p\t1", "p\u{0}1", "p\u{1B}[31m", "p\u{7F}", "p\u{85}1",
            "p\u{2028}1", "p\u{202E}1", "p\u{FEFF}1", String(repeating: "x", count: 65),
            // 33 letters for a reader, 66 characters for SQLite.
            String(repeating: "e\u{301}", count: 33),
        ])
    func badIdentifier(identifier: String) throws {
        let before = try allRows(of: store.location.database)
        let volume = sampleVolume(1)
        try store.images.insert(volume)
        let errors = [
            #expect(throws: StoreError.self) { try store.registerPatient(identifier) },
            #expect(throws: StoreError.self) {
                try store.recordRegistration(
                    scanEntry(identifier, on: day(0), volume), segmentation: nil,
                    rule: GrowthRule())
            },
        ]
        for error in errors {
            #expect(error?.code == .invalid)
            #expect(error?.subject == "patient identifier")
        }
        #expect(try allRows(of: store.location.database) == before)
    }

    @Test(
        "identifiers that look like SQL, or come from any script, are names like others",
        arguments: [
            "Robert'); DROP TABLE patient; --", "' OR 1 = 1 --", "\"patient\"", "%", "_", "?1",
            "x'00'",
            "Zoë Müller", "患者 1", "-1", "NULL", String(repeating: "x", count: 64),
        ])
    func oddIdentifier(identifier: String) throws {
        try store.registerPatient("other")
        #expect(try !store.hasPatient(identifier))
        #expect(try store.registerPatient(identifier).isNew)
        try store.register(identifier, on: day(0), seed: 1)
        #expect(try store.patient(identifier).identifier == identifier)
        #expect(try store.scanSummaries(patient: identifier).map(\.identifier) == [identifier])
        #expect(try store.scanSummaries(patient: "other").isEmpty)
        #expect(try store.patientSummaries().count == 2)
        #expect(try store.examine() == StoreHealth())
    }

    @Test("a patient registered again is the same; tumours on both sides can be said later")
    func again() throws {
        func register(_ isBilateral: Bool? = nil) throws -> [Bool] {
            let (isNew, isChanged) = try store.registerPatient("p1", isBilateral: isBilateral)
            return [isNew, isChanged]
        }
        #expect(try register() == [true, true])
        #expect(try register() == [false, false])
        #expect(try !store.patient("p1").isBilateral)
        #expect(try register(true) == [false, true])
        #expect(try register(true) == [false, false])
        #expect(try store.patient("p1").isBilateral)
        #expect(try store.patientSummaries().count == 1)
    }

    @Test("an unknown patient is unknown to every question")
    func unknown() throws {
        let questions: [() throws -> Void] = [
            { _ = try store.patient("p9") }, { _ = try store.exams(ofPatient: "p9") },
            { _ = try store.treatments(ofPatient: "p9", side: "left") },
            { _ = try store.scanSummaries(patient: "p9") },
            { _ = try store.segmentationSummaries(patient: "p9") },
            {
                try store.recordTreatment(
                    Treatment(kind: .surgery, date: day(0)), patient: "p9", side: "left",
                    rule: GrowthRule())
            },
        ]
        for question in questions {
            let error = #expect(throws: StoreError.self) { try question() }
            #expect(error?.code == .unknown)
            #expect(error?.subject == "p9")
        }
        #expect(try store.patientSummaries().isEmpty)
        #expect(try store.tumourPlaces(ofPatient: "p9", around: day(0)).isEmpty)
    }

    @Test("a treatment is recorded once for its tumour, and judges its growth anew")
    func treatment() throws {
        let model = try store.install("a")
        try store.register("p1", on: day(0), seed: 1, by: model, tumours: [("left", 1000)])
        try store.register("p1", on: day(365), seed: 2, by: model, tumours: [("left", 2500)])
        #expect(try store.flagged().map(\.side) == ["left"])
        let surgery = Treatment(kind: .surgery, date: day(100))
        func record() throws -> Bool {
            try store.recordTreatment(
                surgery, patient: "p1", side: "left", rule: GrowthRule())
        }
        #expect(try record())
        #expect(try store.treatments(ofPatient: "p1", side: "left") == [surgery])
        #expect(try store.treatments(ofPatient: "p1", side: "right").isEmpty)
        #expect(try store.patientSummaries().first?.growthClass == "out-of-scope")
        #expect(try store.flagged().isEmpty)
        let before = try allRows(of: store.location.database)
        #expect(try !record())
        #expect(try allRows(of: store.location.database) == before)
    }
}
