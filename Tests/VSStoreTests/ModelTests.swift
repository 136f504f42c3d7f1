import Foundation
import GRDB
import Testing
import VSGrowth
import VSStore

struct ModelTests {
    private let temporary: TemporaryStore
    private var store: Store { temporary.store }

    init() throws { temporary = try TemporaryStore() }

    private var files: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: store.location.models).sorted()
        }
    }

    @Test("the first model is active, the next one only when asked for, and never two")
    func active() throws {
        #expect(try store.activeModel() == nil)
        let a = try store.install("a")
        #expect(a.isActive)
        let b = try store.install("b")
        #expect(!b.isActive)
        #expect(try store.activeModel()?.id == a.id)
        let c = try store.install("c", activating: true)
        #expect(c.isActive)
        try store.activate(b)
        #expect(try store.models().map(\.name) == ["b", "a", "c"])
        #expect(try store.models().count { $0.isActive } == 1)
    }

    @Test("the file lies beside the database under its hash, with the same bytes")
    func file() throws {
        let model = try store.install("a")
        let data = try #require(FileManager.default.contents(atPath: model.path))
        #expect(data == Data("a 1".utf8))
        #expect(Store.sha256(of: data) == model.sha256)
        #expect(try files == [model.sha256 + ".safetensors"])
        #expect(
            Store.sha256(of: Data("abc".utf8))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test("the same file again is known, and can be activated so")
    func again() throws {
        try store.install("a")
        let b = try store.install("b")
        let before = try allRows(of: store.location.database)
        let (known, isNew) = try store.installModel(
            Data("b 1".utf8), name: "b", version: "1", description: "{}")
        #expect(known == b && !isNew)
        #expect(try allRows(of: store.location.database) == before)
        #expect(try store.install("b", activating: true).isActive)
        #expect(try store.activeModel()?.id == b.id)
    }

    @Test("other bytes under a known name and version are refused, and no file of them is left")
    func conflict() throws {
        try store.install("a")
        let before = try allRows(of: store.location.database)
        let kept = try files
        let error = #expect(throws: StoreError.self) {
            try store.installModel(
                Data("other".utf8), name: "a", version: "1", description: "{}")
        }
        #expect(error?.code == .conflict)
        #expect(error?.subject == "a 1")
        #expect(try files == kept)
        #expect(try allRows(of: store.location.database) == before)
        #expect(try store.install("a", "2").version == "2")
    }

    @Test("a model is found by name, name and version, or the start of its hash")
    func names() throws {
        let first = try store.install("a", "1")
        let other = try store.install("b", "1")
        for name in ["a", "a 1", "a@1", first.sha256, String(first.sha256.prefix(8))] {
            #expect(try store.model(named: name).id == first.id, "\(name)")
        }
        let short = #expect(throws: StoreError.self) {
            try store.model(named: String(other.sha256.prefix(7)))
        }
        #expect(short?.code == .unknown)
        try store.install("a", "2")
        let several = #expect(throws: StoreError.self) { try store.model(named: "a") }
        #expect(several?.code == .invalid)
        #expect(several?.message.contains("a 1, a 2") == true)
        #expect(try store.model(named: "a@2").version == "2")
    }

    @Test("a model that is not there cannot be activated, and the active one stays")
    func activateUnknown() throws {
        var model = try store.install("a")
        model.id = 99
        let error = #expect(throws: StoreError.self) {
            try store.startCampaign(model)
        }
        #expect(error?.code == .unknown)
        #expect(try store.activeModel()?.id == 1)
    }

    /// Three exams that grow for model a and are stable for model b.
    private func twoOpinions() throws -> (a: ModelRecord, b: ModelRecord) {
        let a = try store.install("a")
        let b = try store.install("b")
        for (number, volumes) in [(1000.0, 1000.0), (1500, 1010), (2500, 990)].enumerated() {
            let scan = try store.register(
                "p1", on: day(number * 365), seed: number, by: a, tumours: [("left", volumes.0)])
            try store.recordSegmentation(
                segmentationEntry(
                    b, [tumourEntry("left", mm3: volumes.1, in: sampleVolume(number))]),
                scan: scan.scan, rule: GrowthRule())
        }
        return (a, b)
    }

    @Test("growth is judged anew by the model that is activated")
    func growth() throws {
        let (a, b) = try twoOpinions()
        #expect(try store.flagged().map(\.identifier) == ["p1"])
        #expect(try store.exams(ofPatient: "p1").map(\.volumeMm3) == [1000, 1500, 2500])
        try store.activate(b)
        #expect(try store.flagged().isEmpty)
        #expect(try store.exams(ofPatient: "p1").map(\.volumeMm3) == [1000, 1010, 990])
        #expect(try store.patientSummaries().first?.growthClass == "stable")
        try store.activate(a)
        #expect(try store.flagged().map(\.identifier) == ["p1"])
    }

    @Test("a new model that has not seen every scan cannot take over, and nothing changes")
    func tooEarly() throws {
        _ = try twoOpinions()
        let c = try store.install("c")
        let campaign = try store.startCampaign(c)
        let before = try allRows(of: store.location.database)
        let error = #expect(throws: StoreError.self) {
            try store.promote(campaign, rule: GrowthRule())
        }
        #expect(error?.code == .conflict && error?.message.contains("3 scans") == true)
        #expect(try allRows(of: store.location.database) == before)
        #expect(try store.flagged().map(\.identifier) == ["p1"])
    }

    @Test("volumes of two models are never compared")
    func notCompared() throws {
        let a = try store.install("a")
        let b = try store.install("b")
        try store.register("p1", on: day(0), seed: 1, by: a, tumours: [("left", 1000)])
        try store.register("p1", on: day(365), seed: 2, by: b, tumours: [("left", 9000)])
        // b never served: its volume is not even shown beside a's.
        #expect(try store.exams(ofPatient: "p1").map(\.model) == ["a 1"])
        #expect(try store.flagged().isEmpty)
        let changes = try connection(to: store).read { db in
            try Double?.fetchAll(db, sql: "SELECT percentFromBaseline FROM growth")
        }
        #expect(changes == [nil])
    }

    @Test("the scans a model has not seen are listed, the oldest exam first")
    func toSegment() throws {
        let a = try store.install("a")
        let b = try store.install("b")
        let late = try store.register("p1", on: day(400), seed: 1, by: a)
        let early = try store.register("p1", on: day(0), seed: 2, by: a)
        try store.register("p1", on: day(5), seed: 3)  // not T2
        #expect(try store.scansToSegment(by: a).isEmpty)
        #expect(try store.scansToSegment(by: b) == [early.scan, late.scan])
    }
}
