import Foundation
import GRDB
import Testing
import VSGrowth
import VSImaging
import VSStore

struct RegistrationTests {
    private let temporary: TemporaryStore
    private let model: ModelRecord
    private var store: Store { temporary.store }

    init() throws {
        temporary = try TemporaryStore()
        model = try temporary.store.install("a")
    }

    @Test("a registration stores patient, scan, segmentation, volumes and growth together")
    func whole() throws {
        let recorded = try store.register(
            "p1", on: day(0), seed: 1, by: model, tumours: [("left", 900), ("right", 400)])
        #expect(!recorded.isRepeat)
        let (scan, patient, header) = try store.scan(recorded.scan)
        #expect(patient == "p1")
        #expect(scan.examDate == day(0))
        #expect(header == Data(count: 348))
        #expect(scan.depth == 2 && scan.height == 3 && scan.width == 4)
        let segmentation = try #require(try store.currentSegmentation(ofScan: scan.id))
        #expect(segmentation.id == recorded.segmentation)
        #expect(segmentation.finding == "tumour")
        #expect(segmentation.modelSha256 == model.sha256)
        #expect(segmentation.softwareVersion == "0.1.0")
        let volumes = try store.volumes(ofSegmentation: segmentation.id)
        #expect(volumes.map(\.side) == ["left", "right"])
        #expect(volumes.map(\.volume.volumeMm3) == [900, 400])
        #expect(try store.exams(ofPatient: "p1").map(\.side) == ["left", "right"])
        #expect(try allRows(of: store.location.database)["growth"]?.count == 2)
    }

    /// Segmentations that the schema refuses at their last row.
    static let broken: [@Sendable (ModelRecord, Volume) -> SegmentationEntry] = [
        { model, volume in
            segmentationEntry(
                model,
                [
                    tumourEntry("left", mm3: 900, in: volume),
                    tumourEntry("right", mm3: 0, in: volume),
                ])
        },
        { model, volume in
            segmentationEntry(
                model,
                [
                    tumourEntry("left", mm3: 900, in: volume),
                    tumourEntry("left", mm3: 800, in: volume),
                ])
        },
        { model, volume in
            segmentationEntry(model, [tumourEntry("middle", mm3: 900, in: volume)])
        },
        { model, _ in segmentationEntry(model, [], highestProbability: 1.01) },
        { model, _ in segmentationEntry(model, [], highestProbability: .nan) },
        { model, volume in
            var stranger = model
            stranger.id = 99
            return segmentationEntry(stranger, [tumourEntry("left", mm3: 900, in: volume)])
        },
    ]

    @Test("a registration that fails at its last row leaves nothing", arguments: broken.indices)
    func atomic(number: Int) throws {
        try store.register("p0", on: day(0), seed: 1, by: model, tumours: [("left", 500)])
        let before = try allRows(of: store.location.database)
        let volume = sampleVolume(2)
        try store.images.insert(volume)
        let error = #expect(throws: StoreError.self) {
            try store.recordRegistration(
                scanEntry("p1", on: day(0), volume),
                segmentation: Self.broken[number](model, volume), rule: GrowthRule())
        }
        #expect(error?.code == .conflict)
        #expect(try allRows(of: store.location.database) == before)
        let again = #expect(throws: StoreError.self) {
            try store.recordSegmentation(
                Self.broken[number](model, volume), scan: 1, rule: GrowthRule())
        }
        #expect(again?.code == .conflict)
        #expect(try allRows(of: store.location.database) == before)
    }

    @Test("an error of the database holds no value that was written")
    func discreet() throws {
        let volume = sampleVolume(2)
        try store.images.insert(volume)
        var entry = scanEntry("Ann Example", on: day(0), volume)
        entry.sourceName = "secret.nii"
        entry.shape.depth = 0
        let error = #expect(throws: StoreError.self) {
            try store.recordRegistration(entry, segmentation: nil, rule: GrowthRule())
        }
        let text = try #require(error?.description)
        for value in ["Ann", "secret", day(0).iso, entry.contentHash] {
            #expect(!text.contains(value))
        }
    }

    @Test("the same content a second time changes not one row")
    func noOperation() throws {
        let first = try store.register(
            "p1", on: day(0), seed: 1, by: model, tumours: [("left", 900)])
        let before = try allRows(of: store.location.database)
        let second = try store.register(
            "p1", on: day(50), seed: 1, by: model, tumours: [("left", 100)])
        #expect(second == RecordedScan(scan: first.scan, segmentation: nil, isRepeat: true))
        #expect(try allRows(of: store.location.database) == before)
        #expect(
            try store.scan(
                ofContent: ImageStore.contentHash(of: sampleVolume(1)), patient: "p1")?.id
                == first.scan)
    }

    @Test("the same content for another patient is stored and reported")
    func otherPatient() throws {
        let hash = ImageStore.contentHash(of: sampleVolume(1))
        try store.register("p1", on: day(0), seed: 1)
        #expect(try store.otherPatients(withContent: hash, than: "p1").isEmpty)
        #expect(try store.otherPatients(withContent: hash, than: "p2") == ["p1"])
        #expect(try store.scan(ofContent: hash, patient: "p2") == nil)
        #expect(try !store.register("p2", on: day(0), seed: 1).isRepeat)
        #expect(try store.otherPatients(withContent: hash, than: "p2") == ["p1"])
        #expect(store.images.hashes().count == 1)
    }

    @Test("one scan registered by several at once is registered once")
    func together() async throws {
        let (location, model) = (store.location, model)
        let scans = try await withThrowingTaskGroup(of: RecordedScan.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    try Store(location).register(
                        "p1", on: day(0), seed: 1, by: model, tumours: [("left", 900)])
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(scans.count { !$0.isRepeat } == 1)
        #expect(Set(scans.map(\.scan)) == [1])
        let rows = try allRows(of: store.location.database)
        for table in ["patient", "scan", "segmentation", "volume"] {
            #expect(rows[table]?.count == 1, "\(table)")
        }
        #expect(try store.examine(deep: true) == StoreHealth())
    }

    @Test("no tumour found is a finding with its probability, and no volume")
    func noTumour() throws {
        let recorded = try store.register("p1", on: day(0), seed: 1, by: model)
        let exam = try #require(try store.exams(ofPatient: "p1").first)
        #expect(exam.volumeMm3 == nil && exam.side == nil)
        #expect(exam.highestProbability == 0.99)
        #expect(try store.currentSegmentation(ofScan: recorded.scan)?.finding == "no-tumour")
        let rows = try allRows(of: store.location.database)
        #expect(rows["volume"]?.isEmpty == true && rows["growth"]?.isEmpty == true)
    }

    @Test("a later segmentation counts, and the earlier one is kept as it was")
    func later() throws {
        let first = try store.register(
            "p1", on: day(0), seed: 1, by: model, tumours: [("left", 900)])
        let kept = try store.volumes(ofSegmentation: try #require(first.segmentation))
        let entry = segmentationEntry(
            model, [tumourEntry("left", mm3: 1100, in: sampleVolume(1))])
        let second = try store.recordSegmentation(entry, scan: first.scan, rule: GrowthRule())
        #expect(try store.exams(ofPatient: "p1").map(\.volumeMm3) == [1100])
        #expect(try store.exams(ofPatient: "p1").map(\.segmentationId) == [second])
        let still = try store.volumes(ofSegmentation: try #require(first.segmentation))
        #expect(still.map(\.volume) == kept.map(\.volume))
        let error = #expect(throws: StoreError.self) {
            try store.recordSegmentation(entry, scan: 99, rule: GrowthRule())
        }
        #expect(error?.code == .unknown)
    }

    @Test("a segmentation that a reader rejected counts nowhere")
    func rejected() throws {
        let first = try store.register(
            "p1", on: day(0), seed: 1, by: model, tumours: [("left", 900)])
        let second = try store.recordSegmentation(
            segmentationEntry(model, [tumourEntry("left", mm3: 1100, in: sampleVolume(1))]),
            scan: first.scan, rule: GrowthRule())
        func reject(_ id: Int64) throws {
            try connection(to: store).write { db in
                try db.execute(
                    sql: """
                        INSERT INTO review (segmentationId, state, reader, reason, createdAt)
                        VALUES (?, 'rejected', 'r', 'leak', '')
                        """, arguments: [id])
            }
        }
        try reject(second)
        #expect(try store.exams(ofPatient: "p1").map(\.volumeMm3) == [900])
        #expect(try store.currentSegmentation(ofScan: first.scan)?.id == first.segmentation)
        try reject(try #require(first.segmentation))
        #expect(try store.exams(ofPatient: "p1").isEmpty)
        #expect(try store.currentSegmentation(ofScan: first.scan) == nil)
        let places = try store.tumourPlaces(ofPatient: "p1", around: day(0))
        #expect(places.map(\.side) == ["left"])
        #expect(places.allSatisfy { $0.centroid == nil })
    }
}
