import Foundation
import GRDB
import Testing
import VSStore
import VSTestSupport

/// Files that are no vsdb database are refused and not touched.
struct ForeignFileTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("other.sqlite")
    }

    private func refused() throws -> StoreError? {
        let before = FileManager.default.contents(atPath: path)
        let error = #expect(throws: StoreError.self) {
            try Store(StoreLocation(option: path))
        }
        #expect(FileManager.default.contents(atPath: path) == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
        #expect(error?.subject == path)
        return error
    }

    @Test(
        "another program's database keeps every byte",
        arguments: [
            "CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT)",
            "CREATE TABLE migration (id INTEGER PRIMARY KEY, step TEXT)",
            "CREATE TABLE migration (name, sha256, appliedAt); INSERT INTO migration VALUES (1, 2, 3)",
        ])
    func otherProgram(sql: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
        let error = try refused()
        #expect([.corrupt, .version].contains(error?.code))
    }

    @Test("another program's database with a write-ahead log keeps its rows")
    func otherProgramWAL() throws {
        let pool = try DatabasePool(path: path)
        try pool.write { try $0.execute(sql: "CREATE TABLE note (body TEXT)") }
        try pool.close()
        let error = try refused()
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("another program") == true)
    }

    @Test("a file that is no database is refused", arguments: [19, 600, 100_000])
    func noDatabase(length: Int) throws {
        try Data((0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7) })
            .write(to: URL(fileURLWithPath: path))
        #expect(try refused()?.code == .corrupt)
    }

    @Test("a file cut off after SQLite's first words is refused")
    func headOnly() throws {
        try Data("SQLite format 3\0".utf8 + [16, 0, 1, 1]).write(to: URL(fileURLWithPath: path))
        #expect(try refused()?.code == .corrupt)
    }

    @Test("a folder in the database's place is refused")
    func directory() throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
        let error = try refused()
        #expect(error?.code == .unreadable)
    }

    @Test("a file in the place of the database's folder is refused, as is a folder nobody can make")
    func noFolder() throws {
        try Data([1]).write(to: URL(fileURLWithPath: path))
        for place in [path + "/vsdb.sqlite", "/proc/none/vsdb.sqlite"] {
            let error = #expect(throws: StoreError.self) {
                try Store(StoreLocation(option: place))
            }
            #expect(error?.code == .readOnly)
            #expect(error?.description.hasPrefix(place) == true)
        }
    }

    @Test("an empty file becomes a new database")
    func empty() throws {
        try Data().write(to: URL(fileURLWithPath: path))
        let store = try Store(StoreLocation(option: path))
        #expect(try store.patientSummaries().isEmpty)
    }
}
