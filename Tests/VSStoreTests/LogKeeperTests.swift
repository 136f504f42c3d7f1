import Foundation
import GRDB
import Testing
import VSStore
import VSTestSupport

@Suite("The write-ahead log of a store")
struct LogKeeperTests {
    private let temporary: TemporaryStore
    private var store: Store { temporary.store }

    init() throws { temporary = try TemporaryStore() }

    @Test("a change is synced before it is answered, a read's audit line by the keeper")
    func syncs() throws {
        let keeper = try LogKeeper(store)
        let log = store.writeAheadLog
        let start = log.syncCount
        try store.registerPatient("P1", isBilateral: false)
        #expect(log.syncCount == start + 1)
        for _ in 0..<3 {
            try store.recordAccess("read patient", subject: "P1", detail: "", by: "reader")
        }
        #expect(log.syncCount == start + 1)
        try keeper.syncLog()
        try keeper.syncLog()
        #expect(log.syncCount == start + 2)
        // Lines of reads go to the disk with a change, too.
        try store.recordAccess("read patient", subject: "P1", detail: "", by: "reader")
        try store.registerPatient("P2", isBilateral: false)
        try keeper.syncLog()
        #expect(log.syncCount == start + 3)
    }

    @Test("pages leave the log by the keeper alone, beside a reader, and nothing is lost")
    func shortens() throws {
        let keeper = try LogKeeper(store)
        try keeper.shortenLog()
        for number in 0..<1500 {
            try store.recordAccess("read patient", subject: "P\(number)", detail: "", by: "reader")
        }
        // SQLite alone would have moved some at the thousandth page.
        #expect(try linesInDatabaseFile() == 0)
        #expect(try keeper.shortenLog() > 1000)
        #expect(try linesInDatabaseFile() == 1500)
    }

    @Test("a very long log is begun anew")
    func beginsAnew() throws {
        let keeper = try LogKeeper(store, longestLog: 50)
        func read() throws {
            try store.recordAccess("read patient", subject: "P", detail: "", by: "reader")
        }
        for _ in 0..<100 { try read() }
        try keeper.shortenLog()
        try read()
        #expect(try keeper.shortenLog() < 50)
        #expect(try store.auditLines(limit: 1000).count == 101)
    }

    @Test("where the keeper is gone, SQLite shortens the log again")
    func givesBack() throws {
        do { _ = try LogKeeper(store) }
        let pages = try store.writer.writeWithoutTransaction {
            try Int.fetchOne($0, sql: "PRAGMA wal_autocheckpoint")
        }
        #expect(pages == 1000)
    }

    @Test("a disk that does not sync is told, and tried again")
    func refuses() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("x.sqlite")
        try FileManager.default.createSymbolicLink(
            atPath: path + "-wal", withDestinationPath: "/dev/null")
        let log = WriteAheadLog(ofDatabase: path)
        log.noteCommit()
        for _ in 0..<2 {
            let error = #expect(throws: StoreError.self) { try log.syncIfAhead() }
            #expect(error?.message == "What was written may not be on the disk (Invalid argument).")
        }
        #expect(log.syncCount == 0)
    }

    /// The audit's lines in a copy of the database's file without its log.
    private func linesInDatabaseFile() throws -> Int {
        let copy = temporary.folder.file("copy-\(UUID().uuidString).sqlite")
        try FileManager.default.copyItem(atPath: store.location.database, toPath: copy)
        return try DatabaseQueue(path: copy).read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM audit") ?? 0
        }
    }
}
