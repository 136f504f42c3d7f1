import Foundation
import GRDB
import Testing
import VSGrowth
import VSImaging
import VSStore

struct DoctorTests {
    private let temporary: TemporaryStore
    private let hash = ImageStore.contentHash(of: sampleVolume(1))
    private var store: Store { temporary.store }

    init() throws {
        temporary = try TemporaryStore()
        let model = try temporary.store.install("a")
        try temporary.store.register("p1", on: day(0), seed: 1, by: model)
    }

    /// Writes a file last changed so many seconds ago.
    private func leave(_ path: String, secondsAgo: Double) throws {
        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes(
            [.modificationDate: Date().addingTimeInterval(-secondsAgo)], ofItemAtPath: path)
    }

    @Test("a store that was only used is well, and cleaning changes nothing in it")
    func healthy() throws {
        let before = try allRows(of: store.location.database)
        let health = try store.examine(deep: true, cleaning: true)
        #expect(health == StoreHealth())
        #expect(health.isHealthy)
        #expect(try allRows(of: store.location.database) == before)
        #expect(try store.images.volume(hash) == sampleVolume(1))
    }

    @Test("remains of an interrupted write are found after ten minutes and not before")
    func remains() throws {
        let old = store.images.path(hash) + ".123.part"
        let oldModel = store.location.models + "/x.safetensors.7.part"
        let young = store.images.path(hash) + ".456.part"
        try leave(old, secondsAgo: 660)
        try leave(oldModel, secondsAgo: 660)
        try leave(young, secondsAgo: 540)
        #expect(try store.examine().remains == [old, oldModel])
        #expect(FileManager.default.fileExists(atPath: old))
        let health = try store.examine(cleaning: true)
        #expect(health.isHealthy)
        #expect(!FileManager.default.fileExists(atPath: old))
        #expect(!FileManager.default.fileExists(atPath: oldModel))
        #expect(FileManager.default.fileExists(atPath: young))
    }

    @Test("voxels in a wrong place and models that nothing names are found and taken")
    func strays() throws {
        let stray = store.location.images + "/" + hash + ".vol"
        try leave(stray, secondsAgo: 0)
        let orphan = store.location.models + "/0a.safetensors"
        try leave(orphan, secondsAgo: 660)
        let young = store.location.models + "/0b.safetensors"
        try leave(young, secondsAgo: 60)
        let health = try store.examine()
        #expect(health.remains == [stray, orphan])
        #expect(health.orphans == [])
        try store.examine(cleaning: true)
        #expect(try store.examine(deep: true) == StoreHealth())
        #expect(FileManager.default.fileExists(atPath: young))
        #expect(try store.images.volume(hash) == sampleVolume(1))
    }

    @Test("a content no scan names is an orphan; cleaning takes it and no other")
    func orphans() throws {
        let orphan = try store.images.insert(sampleVolume(2))
        #expect(try store.examine().orphans == [orphan])
        #expect(store.images.contains(orphan))
        #expect(try store.examine(cleaning: true).orphans == [orphan])
        #expect(!store.images.contains(orphan))
        #expect(store.images.contains(hash))
        #expect(try store.examine(deep: true) == StoreHealth())
    }

    @Test("a content two patients share stays while one of them names it")
    func shared() throws {
        try store.register("p2", on: day(0), seed: 1)
        try connection(to: store).write { db in
            try db.execute(sql: "DELETE FROM patient WHERE identifier = 'p1'")
        }
        try store.examine(cleaning: true)
        #expect(store.images.contains(hash))
    }

    @Test("a registration whose voxels were cleaned meanwhile says so and stores nothing")
    func cleanedMeanwhile() throws {
        let volume = sampleVolume(3)
        try store.images.insert(volume)
        let before = try allRows(of: store.location.database)
        try store.examine(cleaning: true)
        let error = #expect(throws: StoreError.self) {
            try store.recordRegistration(
                scanEntry("p3", on: day(0), volume), segmentation: nil, rule: GrowthRule())
        }
        #expect(error?.code == .busy)
        #expect(error?.message.contains("cleaned") == true)
        #expect(try allRows(of: store.location.database) == before)
    }

    @Test("missing voxels are found at once, damaged ones in a deep check")
    func lostVoxels() throws {
        try Data("rubbish".utf8).write(to: URL(fileURLWithPath: store.images.path(hash)))
        #expect(try store.examine().isHealthy)
        let deep = try store.examine(deep: true)
        #expect(deep.damaged == [1])
        #expect(!deep.isHealthy)
        store.images.remove(hash)
        let health = try store.examine()
        #expect(health.missing == [1])
        #expect(!health.isHealthy)
    }

    @Test("voxels of another scan in a scan's place are damage")
    func exchanged() throws {
        let other = try store.images.insert(sampleVolume(2))
        try FileManager.default.removeItem(atPath: store.images.path(hash))
        try FileManager.default.copyItem(
            atPath: store.images.path(other), toPath: store.images.path(hash))
        #expect(try store.examine(deep: true).damaged == [1])
    }

    @Test("a model whose file was changed or is gone is named")
    func models() throws {
        let model = try #require(try store.activeModel())
        try Data("other".utf8).write(to: URL(fileURLWithPath: model.path))
        #expect(try store.examine().brokenModels == ["a 1"])
        try FileManager.default.removeItem(atPath: model.path)
        let health = try store.examine()
        #expect(health.brokenModels == ["a 1"])
        #expect(!health.isHealthy)
    }

    @Test("rows whose patient is gone are counted")
    func references() throws {
        try connection(to: store).writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA foreign_keys = OFF; DELETE FROM patient;")
        }
        let health = try store.examine()
        #expect(health.brokenReferences == 1)
        #expect(!health.isHealthy)
    }
}
