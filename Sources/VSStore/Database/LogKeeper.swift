import Foundation
import GRDB

/// Keeps a store's write-ahead log synced and short for a service, so that no request waits for it.
///
/// Without it SQLite moves a long log's pages into the database in the middle of somebody's commit. This
/// does so on a connection of its own, beside which others read and write.
public final class LogKeeper: Sendable {
    private let store: Store
    private let connection: DatabaseQueue

    private let longestLog: Int

    /// How often to call ``syncLog()``, seconds: a power cut costs so much of what may be written later.
    public static let syncSeconds = 1.0
    /// How often to call ``shortenLog()``, seconds.
    public static let shortenSeconds = 10.0

    /// Takes the work from the store's own connection.
    ///
    /// - Parameters:
    ///   - store: the store.
    ///   - longestLog: a log of more pages is begun anew, for which writers wait a moment.
    /// - Throws: ``StoreError`` where the database cannot be opened.
    public init(_ store: Store, longestLog: Int = 16_384) throws {
        self.store = store
        self.longestLog = longestLog
        let path = store.location.database
        var configuration = Configuration()
        configuration.busyMode = .timeout(Store.busySeconds)
        connection = try Store.translating(path) {
            let connection = try DatabaseQueue(path: path, configuration: configuration)
            try store.writer.writeWithoutTransaction {
                try $0.execute(sql: "PRAGMA wal_autocheckpoint = 0")
            }
            return connection
        }
    }

    deinit {
        try? store.writer.writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA wal_autocheckpoint = 1000")
        }
    }

    /// Syncs what was committed to be on the disk soon.
    ///
    /// - Throws: ``StoreError`` where the disk refuses.
    public func syncLog() throws { try store.writeAheadLog.syncIfAhead() }

    /// Moves the log's pages into the database, and begins a very long log anew.
    ///
    /// - Returns: the pages that the log holds, moved or not.
    /// - Throws: ``StoreError`` where the database cannot be written.
    @discardableResult
    public func shortenLog() throws -> Int {
        let pages = try checkpoint("PASSIVE")
        // Others may write while pages move, so that some are always left; this makes them wait.
        return pages > longestLog ? try checkpoint("RESTART") : pages
    }

    private func checkpoint(_ mode: String) throws -> Int {
        try Store.translating(store.location.database) {
            try connection.writeWithoutTransaction { db in
                let row = try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(\(mode))")
                return row?["log"] ?? 0
            }
        }
    }
}
