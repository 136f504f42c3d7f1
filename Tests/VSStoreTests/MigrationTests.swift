import CAssets
import Foundation
import GRDB
import Testing
import VSGrowth
import VSStore
import VSTestSupport

struct MigrationTests {
    private let folder: TemporaryFolder
    private let more = Migrations.Step(
        name: "9999_more", sql: "CREATE TABLE more (id INTEGER PRIMARY KEY) STRICT;")
    private let bad = Migrations.Step(
        name: "9999_more",
        sql: "CREATE TABLE half (id INTEGER PRIMARY KEY) STRICT; INSERT INTO nowhere VALUES (1);")

    init() throws { folder = try TemporaryFolder() }

    private var database: String { folder.location.database }

    private func tables(_ path: String) throws -> Set<String> { Set(try allRows(of: path).keys) }

    @Test("the compiled-in list and the folder hold the same migrations, text for text")
    func list() throws {
        let files = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "migrations")
        let names = try FileManager.default.contentsOfDirectory(atPath: files.path)
            .filter { $0.hasSuffix(".sql") }.sorted()
        #expect(Migrations.all.map { $0.name + ".sql" } == names)
        #expect(Migrations.all.count == vsdb_migration_count())
        for step in Migrations.all {
            let text = try String(
                contentsOf: files.appending(path: step.name + ".sql"), encoding: .utf8)
            #expect(step.sql == text)
        }
    }

    @Test("each migration is recorded once with its checksum, however often the store is opened")
    func recorded() throws {
        _ = try Store(folder.location)
        let first = try allRows(of: database)
        _ = try Store(folder.location)
        #expect(try allRows(of: database) == first)
        let rows = try #require(first["migration"])
        #expect(rows.map { $0[0] } == Migrations.all.map(\.name.databaseValue))
        #expect(rows.map { $0[1] } == Migrations.all.map(\.sha256.databaseValue))
    }

    @Test("a database of the first schema is upgraded to the schema of a new one, with its rows")
    func upgraded() throws {
        let old = try Store(folder.location, migrations: [Migrations.all[0]])
        try connection(to: old).write { db in
            try db.execute(
                sql: """
                    INSERT INTO patient VALUES (1, 'p1', 0, '');
                    INSERT INTO tumour VALUES (1, 1, 'left', 'uid', '');
                    INSERT INTO growth VALUES (1, 'growing', 1, '2024-01-01', 20, 0.9, 900,
                        'why', '2024-07-01', '{}', '');
                    """)
        }
        let store = try Store(folder.location)
        let flag = try #require(try store.flagged().first)
        #expect(flag.identifier == "p1" && flag.growthClass == "growing" && flag.volumeMm3 == 900)
        #expect(flag.nextExam?.iso == "2024-07-01" && !flag.isAcknowledged)
        let fresh = StoreLocation(option: folder.file("fresh/vsdb.sqlite"))
        _ = try Store(fresh)
        func schema(_ path: String) throws -> [String] {
            try DatabaseQueue(path: path).read {
                try String.fetchAll($0, sql: "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")
                    .sorted()
            }
        }
        #expect(try schema(database) == schema(fresh.database))
    }

    @Test("a migration that was changed after it was applied is refused by name")
    func changed() throws {
        _ = try Store(folder.location)
        let before = try allRows(of: database)
        let steps = Migrations.all.map { Migrations.Step(name: $0.name, sql: $0.sql + "-- more") }
        let error = #expect(throws: StoreError.self) {
            try Store(folder.location, migrations: steps)
        }
        #expect(error?.code == .version)
        #expect(error?.message.contains("0001_initial") == true)
        #expect(try allRows(of: database) == before)
    }

    @Test("a newer program's database is refused with both schemas named, and left as it is")
    func newer() throws {
        _ = try Store(folder.location, migrations: Migrations.all + [more])
        let before = try allRows(of: database)
        let error = #expect(throws: StoreError.self) { try Store(folder.location) }
        #expect(error?.code == .version)
        #expect(error?.message.contains("9999_more") == true)
        #expect(error?.message.contains(Migrations.all.last?.name ?? "none") == true)
        #expect(try allRows(of: database) == before)
    }

    @Test("a migration that fails leaves neither its tables nor its record")
    func failing() throws {
        try Store(folder.location).registerPatient("p1")
        let before = try allRows(of: database)
        #expect(throws: StoreError.self) {
            try Store(folder.location, migrations: Migrations.all + [bad])
        }
        #expect(try allRows(of: database) == before)
        #expect(try Store(folder.location).hasPatient("p1"))
    }

    @Test("a new database keeps the steps that went well before the one that failed")
    func failingNew() throws {
        #expect(throws: StoreError.self) {
            try Store(folder.location, migrations: Migrations.all + [bad])
        }
        let found = try tables(database)
        #expect(found.contains("patient"))
        #expect(!found.contains("half"))
        #expect(try Store(folder.location).models().isEmpty)
    }

    @Test("an upgrade first copies the database, for the owner alone, with all its rows")
    func backup() throws {
        try Store(folder.location).registerPatient("p1")
        let copy = database + ".before-9999_more"
        #expect(!FileManager.default.fileExists(atPath: copy))
        let before = try allRows(of: database)
        _ = try Store(folder.location, migrations: Migrations.all + [more])
        #expect(try tables(database).contains("more"))
        #expect(try allRows(of: copy) == before)
        #expect(try mode(copy) == 0o600)
        let litter = try FileManager.default.contentsOfDirectory(atPath: folder.location.folder)
            .filter { $0.hasSuffix(".part") }
        #expect(litter.isEmpty)
    }

    @Test("the copy of an attempt that failed gives way to one with the rows of today")
    func backupAgain() throws {
        try Store(folder.location).registerPatient("p1")
        #expect(throws: StoreError.self) {
            try Store(folder.location, migrations: Migrations.all + [bad])
        }
        try Store(folder.location).registerPatient("p2")
        let before = try allRows(of: database)
        _ = try Store(folder.location, migrations: Migrations.all + [more])
        #expect(try allRows(of: database + ".before-9999_more") == before)
    }

    @Test("a copy that was restored opens as the database it was")
    func restored() throws {
        try Store(folder.location).registerPatient("p1")
        _ = try Store(folder.location, migrations: Migrations.all + [more])
        let location = StoreLocation(option: folder.file("restored/vsdb.sqlite"))
        try FileManager.default.createDirectory(
            atPath: location.folder, withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: database + ".before-9999_more", toPath: location.database)
        #expect(try Store(location).hasPatient("p1"))
    }

    @Test("stores that open a new database at once all succeed, and each step is applied once")
    func together() async throws {
        let location = folder.location
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<6 {
                group.addTask {
                    // Patient: the first of them holds the database for as long as a disk takes.
                    try Store(location, busySeconds: 60).registerPatient("p\(number)")
                }
            }
            try await group.waitForAll()
        }
        let rows = try allRows(of: database)
        #expect(rows["migration"]?.count == Migrations.all.count)
        #expect(rows["patient"]?.count == 6)
    }

    @Test("stores that upgrade at once leave a copy of the old schema")
    func upgradeTogether() async throws {
        try Store(folder.location).registerPatient("p1")
        let before = try allRows(of: database)
        let (location, steps) = (folder.location, Migrations.all + [more])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask { _ = try Store(location, migrations: steps, busySeconds: 60) }
            }
            try await group.waitForAll()
        }
        #expect(try allRows(of: database + ".before-9999_more") == before)
        #expect(try allRows(of: database)["migration"]?.count == steps.count)
    }
}
