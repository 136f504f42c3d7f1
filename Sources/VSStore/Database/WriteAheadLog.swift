import Foundation
import Synchronization

/// The file of SQLite's write-ahead log, as far as it is on the disk.
///
/// SQLite itself syncs the log before it moves pages from it into the database, so that the database is
/// whole after a power cut. That a commit is there too is seen to here, after the commit, when nobody
/// else has to wait for the disk any more: a read goes on beside it.
package final class WriteAheadLog: Sendable {
    private let path: String
    private let isAhead = Atomic<Bool>(false)
    private let synced = Atomic<Int>(0)

    /// The log of a database.
    package init(ofDatabase path: String) { self.path = path + "-wal" }

    /// How often it was synced here.
    package var syncCount: Int { synced.load(ordering: .relaxed) }

    /// Notes a commit that may reach the disk later.
    package func noteCommit() { isAhead.store(true, ordering: .releasing) }

    /// Waits until every commit is on the disk.
    ///
    /// - Throws: ``StoreError`` where the disk refuses.
    func sync() throws {
        isAhead.store(false, ordering: .sequentiallyConsistent)
        let file = open(path, O_RDONLY | O_CLOEXEC)
        let isSynced = file >= 0 && fdatasync(file) == 0
        let reason = errno
        if file >= 0 { close(file) }
        // Nothing was committed yet, or the last connection moved all of it into the database.
        if isSynced || (file < 0 && reason == ENOENT) {
            synced.wrappingAdd(1, ordering: .relaxed)
            return
        }
        isAhead.store(true, ordering: .releasing)
        let words = String(cString: strerror(reason))
        throw StoreError(
            .unreadable, subject: path,
            message: "What was written may not be on the disk (\(words)).",
            remedy: "Check the disk, run 'vsdb doctor', and look whether it is there.")
    }

    /// Syncs where a commit was noted since.
    package func syncIfAhead() throws {
        if isAhead.load(ordering: .acquiring) { try sync() }
    }
}
