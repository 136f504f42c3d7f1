import Foundation
import Testing
import VSGrowth
import VSStore
import VSTestSupport

struct StoreLocationTests {
    @Test("the option wins over the variable, and that over the data folder")
    func order() {
        let all = [
            "VSDB_DATABASE": "/b/b.sqlite", "XDG_DATA_HOME": "/c", "HOME": "/home/ann",
        ]
        func database(_ option: String?, without keys: String...) -> String {
            StoreLocation(option: option, environment: all.filter { !keys.contains($0.key) })
                .database
        }
        #expect(database("/a/a.sqlite") == "/a/a.sqlite")
        #expect(database(nil) == "/b/b.sqlite")
        #expect(database("") == "/b/b.sqlite")
        #expect(database(nil, without: "VSDB_DATABASE") == "/c/vsdb/vsdb.sqlite")
        #expect(
            database(nil, without: "VSDB_DATABASE", "XDG_DATA_HOME")
                == "/home/ann/.local/share/vsdb/vsdb.sqlite")
        let empty = StoreLocation(
            option: nil, environment: ["VSDB_DATABASE": "", "XDG_DATA_HOME": "", "HOME": "/h"])
        #expect(empty.database == "/h/.local/share/vsdb/vsdb.sqlite")
    }

    @Test("images and models lie beside the database")
    func folders() {
        let location = StoreLocation(option: "/data/a.sqlite")
        #expect(location.images == "/data/images")
        #expect(location.models == "/data/models")
        #expect(StoreLocation(option: "a.sqlite").folder == ".")
    }

    @Test("everything the store makes is for its owner alone")
    func permissions() throws {
        let temporary = try TemporaryStore()
        let store = temporary.store
        let model = try store.install("a")
        try store.register("p1", on: day(0), seed: 1, by: model, tumours: [("left", 900)])
        let location = store.location
        let image = store.images.path(ImageStore.contentHash(of: sampleVolume(1)))
        for file in ["", "-wal", "-shm"].map({ location.database + $0 }) + [image, model.path] {
            #expect(try mode(file) == 0o600, "\(file)")
        }
        let shelf = (image as NSString).deletingLastPathComponent
        for folder in [location.folder, location.images, shelf, location.models] {
            #expect(try mode(folder) == 0o700, "\(folder)")
        }
    }

    @Test("a store whose folder was moved finds its models and images again")
    func moved() throws {
        let folder = try TemporaryFolder()
        do {
            let store = try Store(folder.location)
            let model = try store.install("a")
            try store.register("p1", on: day(0), seed: 1, by: model)
        }
        try FileManager.default.moveItem(
            atPath: folder.location.folder, toPath: folder.file("moved"))
        let store = try Store(StoreLocation(option: folder.file("moved/vsdb.sqlite")))
        #expect(try store.examine(deep: true) == StoreHealth())
        #expect(try store.activeModel()?.path.hasPrefix(folder.file("moved/")) == true)
    }
}
