import Foundation
import GRDB
import Testing
import VSGrowth
import VSStore
import VSTestSupport

/// The disk and other programs misbehave; the database stays as it was, row for row.
struct FailureTests {
    private let temporary: TemporaryStore
    private let model: ModelRecord
    private var store: Store { temporary.store }

    init() throws {
        temporary = try TemporaryStore()
        model = try temporary.store.install("a")
        try temporary.store.register(
            "p1", on: day(0), seed: 1, by: model, tumours: [("left", 900)])
    }

    private func register() throws {
        try store.register("p2", on: day(0), seed: 2, by: model, tumours: [("left", 700)])
    }

    private func expectFailure(_ code: StoreError.Code) throws {
        let before = try allRows(of: store.location.database)
        let error = #expect(throws: StoreError.self) { try register() }
        #expect(error?.code == code)
        #expect(error?.subject == store.location.database)
        #expect(error?.remedy.isEmpty == false)
        #expect(try allRows(of: store.location.database) == before)
        #expect(try !store.hasPatient("p2"))
    }

    @Test("a database another program writes to is busy, can be read, and is free again after it")
    func busy() throws {
        let other = try connection(to: store)
        try other.writeWithoutTransaction { db in
            try db.execute(sql: "BEGIN IMMEDIATE; UPDATE patient SET isBilateral = 1;")
        }
        try expectFailure(.busy)
        #expect(try !store.patient("p1").isBilateral)
        #expect(try Store(store.location).hasPatient("p1"))
        try other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        try register()
        #expect(try store.hasPatient("p2"))
    }

    @Test("the store waits some seconds for another program, not forever")
    func patience() { #expect((1...30).contains(Store.busySeconds)) }

    @Test("a registration larger than the space left stores nothing; with more space it goes on")
    func full() throws {
        try store.writer.writeWithoutTransaction { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(pages + 4)")
        }
        let before = try allRows(of: store.location.database)
        let volume = sampleVolume(2)
        try store.images.insert(volume)
        var entry = scanEntry("p2", on: day(0), volume)
        entry.header = Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0) })
        let error = #expect(throws: StoreError.self) {
            try store.recordRegistration(
                entry,
                segmentation: segmentationEntry(
                    model, [tumourEntry("left", mm3: 700, in: volume)]), rule: GrowthRule())
        }
        #expect(error?.code == .full)
        #expect(error?.message.contains("space") == true)
        #expect(try allRows(of: store.location.database) == before)
        try store.writer.writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA max_page_count = 1000000")
        }
        try register()
        #expect(try store.examine(deep: true) == StoreHealth())
    }

    @Test("a database that may only be read is not written")
    func queryOnly() throws {
        try store.writer.writeWithoutTransaction { try $0.execute(sql: "PRAGMA query_only = 1") }
        try expectFailure(.readOnly)
    }

    @Test(
        "a file and folder without write permission are read only",
        .enabled(if: geteuid() != 0, "permissions do not bind root"))
    func permissions() throws {
        let folder = try TemporaryFolder()
        do { try Store(folder.location).registerPatient("p1") }
        let path = folder.location.folder
        defer { chmod(path, 0o700) }
        chmod(folder.location.database, 0o400)
        chmod(path, 0o500)
        let error = #expect(throws: StoreError.self) {
            try Store(folder.location).registerPatient("p2")
        }
        #expect([.readOnly, .unreadable].contains(error?.code))
    }

    /// Closes a store, spoils its file's bytes from an offset, and gives the path.
    private func spoiled(from offset: Int, in folder: TemporaryFolder) throws -> StoreLocation {
        do {
            let store = try Store(folder.location)
            for number in 0..<40 { try store.registerPatient("p\(number)") }
        }
        let url = URL(fileURLWithPath: folder.location.database)
        var data = try Data(contentsOf: url)
        for place in offset..<data.count { data[place] = 0xA5 }
        try data.write(to: url)
        return folder.location
    }

    @Test("a database spoiled from its first table on is called damaged")
    func corrupt() throws {
        let folder = try TemporaryFolder()
        let location = try spoiled(from: 4096, in: folder)
        let before = FileManager.default.contents(atPath: location.database)
        let error = #expect(throws: StoreError.self) {
            let store = try Store(location)
            _ = try store.patientSummaries()
        }
        #expect(error?.code == .corrupt)
        #expect(error?.remedy.contains("doctor") == true)
        #expect(FileManager.default.contents(atPath: location.database) == before)
    }

    @Test("a database spoiled in its head is called damaged")
    func corruptHead() throws {
        let folder = try TemporaryFolder()
        let location = try spoiled(from: 0, in: folder)
        let error = #expect(throws: StoreError.self) { try Store(location) }
        #expect(error?.code == .corrupt)
    }
}
