import Foundation
import GRDB
import Testing
import VSGrowth
import VSImaging
import VSStore

struct QueryTests {
    private let temporary: TemporaryStore
    private let model: ModelRecord
    private var store: Store { temporary.store }

    init() throws {
        temporary = try TemporaryStore()
        model = try temporary.store.install("a")
    }

    /// Queries about one patient or one flag, and the index each must begin with.
    static let narrow: [(String, String)] = [
        (Store.examsSQL, "scanByPatientAndDate"),
        (Store.scansSQL(ofOnePatient: true), "identifier=?"),
        (Store.segmentationsSQL(ofOnePatient: true), "identifier=?"),
        (Store.placesSQL, "identifier=?"),
        (Store.outlinesSQL, "scanByPatientAndDate"),
        (Store.earlierOutlinesSQL, "patientId=?"),
        (Store.siblingsSQL, "dicomSeriesByUid"),
    ]

    private func plan(_ sql: String) throws -> [String] {
        try connection(to: store).read { db in
            let statement = try db.makeStatement(sql: "EXPLAIN QUERY PLAN " + sql)
            // The plan does not depend on what is bound.
            statement.setUncheckedArguments([])
            return try Row.fetchAll(statement).map { $0["detail"] }
        }
    }

    @Test("a question about one patient or flag walks through no whole table", arguments: narrow)
    func indexed(sql: String, index: String) throws {
        let lines = try plan(sql)
        #expect(!lines.isEmpty)
        let scans = lines.filter { $0.hasPrefix("SCAN") }
        #expect(scans.isEmpty, "\(scans)")
        #expect(lines.first?.contains(index) == true, "\(lines)")
    }

    @Test(
        "a list of everything walks through one table and looks the rest up",
        arguments: [
            Store.patientsSQL, Store.scansSQL(ofOnePatient: false),
            Store.segmentationsSQL(ofOnePatient: false),
        ])
    func lists(sql: String) throws {
        let scans = try plan(sql).filter { $0.hasPrefix("SCAN") }
        #expect(scans.count == 1, "\(scans)")
    }

    @Test("patients are listed by identifier with their exams and gravest class")
    func patients() throws {
        try store.registerPatient("p2")
        try store.register("p1", on: day(700), seed: 1, by: model, tumours: [("left", 2500)])
        try store.register(
            "p1", on: day(0), seed: 2, by: model, tumours: [("left", 1000), ("right", 500)])
        let list = try store.patientSummaries()
        #expect(list.map(\.identifier) == ["p1", "p2"])
        #expect(list.map(\.scans) == [2, 0])
        #expect(list[0].firstExam == day(0) && list[0].lastExam == day(700))
        #expect(list[0].growthClass == "growing")
        #expect(list[1].firstExam == nil && list[1].growthClass == nil)
    }

    @Test("scans and segmentations are listed by patient and date, of one patient or all")
    func scans() throws {
        try store.register("p2", on: day(3), seed: 1)
        try store.register("p1", on: day(9), seed: 2, by: model)
        try store.register(
            "p1", on: day(1), seed: 3, by: model, tumours: [("left", 900), ("right", 100)])
        let all = try store.scanSummaries()
        #expect(all.map(\.identifier) == ["p1", "p1", "p2"])
        #expect(all.map(\.examDate) == [day(1), day(9), day(3)])
        #expect(all.map(\.segmentations) == [1, 1, 0])
        #expect(try store.scanSummaries(patient: "p1") == Array(all.prefix(2)))
        let segmentations = try store.segmentationSummaries()
        #expect(segmentations.map(\.volumeMm3) == [1000, nil])
        #expect(segmentations.map(\.finding) == ["tumour", "no-tumour"])
        #expect(segmentations.map(\.model) == ["a 1", "a 1"])
        #expect(try store.segmentationSummaries(patient: "p1") == segmentations)
        #expect(try store.segmentationSummaries(patient: "p2").isEmpty)
        let error = #expect(throws: StoreError.self) { try store.scan(99) }
        #expect(error?.code == .unknown)
    }

    @Test("flagged tumours come with the newest exam first")
    func flagged() throws {
        for (number, patient) in ["p1", "p2", "p3"].enumerated() {
            let last = number == 2 ? 1000.0 : 2500
            try store.register(
                patient, on: day(0), seed: number, by: model, tumours: [("left", 1000)])
            try store.register(
                patient, on: day(700 + number), seed: 10 + number, by: model,
                tumours: [("left", last)])
        }
        let flags = try store.flagged()
        #expect(flags.map(\.identifier) == ["p2", "p1"])
        #expect(flags.map(\.lastExam) == [day(701), day(700)])
        #expect(flags[0].percentFromBaseline.map { abs($0 - 150) < 1e-9 } == true)
        #expect(flags[0].volumeMm3 == 2500)
        #expect(!flags[0].sentence.isEmpty)
    }

    @Test("the places of tumours are those of the exam nearest in time, without the scan asked of")
    func places() throws {
        for (number, date) in [0, 300].enumerated() {
            let volume = sampleVolume(number)
            try store.images.insert(volume)
            var tumour = tumourEntry("left", mm3: 900, in: volume)
            tumour.volume.centroidXMm = Double(date)
            try store.recordRegistration(
                scanEntry("p1", on: day(date), volume),
                segmentation: segmentationEntry(model, [tumour]), rule: GrowthRule())
        }
        try store.recordTreatment(
            Treatment(kind: .surgery, date: day(0)), patient: "p1", side: "right",
            rule: GrowthRule())
        func left(_ date: Int, without scan: Int64? = nil) throws -> Double? {
            let places = try store.tumourPlaces(
                ofPatient: "p1", around: day(date), without: scan)
            #expect(places.map(\.side) == ["left", "right"])
            #expect(places[1].centroid == nil)
            return places[0].centroid?.x
        }
        #expect(try left(100) == 0)
        #expect(try left(200) == 300)
        #expect(try left(300, without: 2) == 0)
    }

    @Test("masks come back voxel for voxel, the tumours of both sides in one")
    func masks() throws {
        let volume = sampleVolume(1)
        try store.images.insert(volume)
        let recorded = try store.recordRegistration(
            scanEntry("p1", on: day(0), volume),
            segmentation: segmentationEntry(
                model,
                [
                    tumourEntry("left", mm3: 900, in: volume, voxels: [0, 5, 23]),
                    tumourEntry("right", mm3: 400, in: volume, voxels: [7, 8]),
                ]), rule: GrowthRule())
        let id = try #require(recorded.segmentation)
        let mask = try store.mask(ofSegmentation: id, like: volume)
        #expect(mask.voxels.indices.filter { mask.voxels[$0] == 1 } == [0, 5, 7, 8, 23])
        #expect(mask.shape == volume.shape && mask.affine == volume.affine)
        #expect(try store.mask(ofSegmentation: 99, like: volume).isEmpty)
    }

    @Test(
        "a mask that is damaged, or of another grid, is an error",
        arguments: ["x''", "x'00ff'", "zeroblob(40)"])
    func damagedMask(blob: String) throws {
        try store.register("p1", on: day(0), seed: 1, by: model, tumours: [("left", 900)])
        let larger = Volume(
            shape: GridShape(depth: 3, height: 3, width: 4), affine: sampleVolume(1).affine,
            voxels: Array(repeating: 0, count: 36))
        let other = #expect(throws: StoreError.self) {
            try store.mask(ofSegmentation: 1, like: larger)
        }
        #expect(other?.code == .corrupt)
        try connection(to: store).write { try $0.execute(sql: "UPDATE volume SET mask = \(blob)") }
        let error = #expect(throws: StoreError.self) {
            try store.mask(ofSegmentation: 1, like: sampleVolume(1))
        }
        #expect(error?.code == .corrupt)
    }
}
