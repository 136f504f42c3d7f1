import Foundation
package import GRDB

/// The one door to the database and the image store beside it.
///
/// Several processes may have the same store open: SQLite's write-ahead log lets them read while one
/// writes. Every method that writes does so in one transaction, and returns when that is on the disk.
public final class Store: Sendable {
    /// Where it lies.
    public let location: StoreLocation
    /// The voxels of the registered scans.
    public let images: ImageStore
    package let writer: any DatabaseWriter
    package let writeAheadLog: WriteAheadLog

    /// How long to wait for another process before giving up, seconds.
    package static let busySeconds = 5.0

    /// Opens a store, making it where it does not exist.
    ///
    /// Files and folders are made for the owner alone.
    /// - Throws: ``StoreError`` where it cannot be opened, is damaged, or is of a newer program.
    public convenience init(_ location: StoreLocation) throws {
        try self.init(location, migrations: Migrations.all)
    }

    /// Opens a store with the migrations given, as an older or newer program would.
    ///
    /// - Parameters:
    ///   - location: where it lies.
    ///   - migrations: what the program knows, in order.
    ///   - busySeconds: how long to wait for another process.
    /// - Throws: ``StoreError`` as the public initialiser does.
    package init(
        _ location: StoreLocation, migrations: [Migrations.Step] = Migrations.all,
        busySeconds: Double = Store.busySeconds
    ) throws {
        self.location = location
        let subject = location.database
        try Self.prepare(location)
        images = ImageStore(folder: location.images)
        writeAheadLog = WriteAheadLog(ofDatabase: subject)
        var configuration = Configuration()
        configuration.busyMode = .timeout(busySeconds)
        configuration.foreignKeysEnabled = true
        writer = try Self.translating(subject) {
            try Self.waiting(seconds: busySeconds) {
                // One connection: a pool's first would write to the log even to read.
                let queue = try DatabaseQueue(path: subject, configuration: configuration)
                try Migrations.checkOwner(of: queue, path: subject, knowing: migrations)
                try queue.writeWithoutTransaction {
                    try $0.execute(
                        sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
                }
                try Migrations.apply(migrations, to: queue, path: subject)
                // From here on commits are synced by ``WriteAheadLog``.
                try queue.writeWithoutTransaction {
                    try $0.execute(sql: "PRAGMA synchronous = NORMAL")
                }
                return queue
            }
        }
        for suffix in ["", "-wal", "-shm"] { chmod(location.database + suffix, 0o600) }
    }

    /// Reads.
    func read<T: Sendable>(_ body: @Sendable (Database) throws -> T) throws -> T {
        try Self.translating(location.database) { try writer.read(body) }
    }

    /// When a commit is on the disk.
    ///
    /// A program's end, however sudden, loses none; this is for power cuts.
    enum Durability {
        /// When the write returns.
        case now
        /// With the next that returns so, or within a second where a ``LogKeeper`` runs: for what nobody is
        /// told, and what is done again where it was lost.
        case soon
    }

    /// Writes in one transaction.
    func write<T: Sendable>(
        _ durability: Durability = .now, _ body: @Sendable (Database) throws -> T
    ) throws -> T {
        // Who acts is known here; the database's own queue need not know.
        let actor = Self.actor
        let value = try Self.translating(location.database) {
            try writer.write { db in
                try Self.$actor.withValue(actor) { try body(db) }
            }
        }
        switch durability {
        // Also where nothing was to be changed: what was found may be another's, not synced yet.
        case .now: try writeAheadLog.sync()
        case .soon: writeAheadLog.noteCommit()
        }
        return value
    }

    /// Tries again while another program holds the database: SQLite does not wait by itself where two
    /// switch a new one to its write-ahead log at once.
    private static func waiting<T>(seconds: Double, _ body: () throws -> T) throws -> T {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while true {
            do {
                return try body()
            } catch let error as DatabaseError
                where error.resultCode == .SQLITE_BUSY && ContinuousClock.now < deadline
            {
                usleep(10_000)
            }
        }
    }

    private static func prepare(_ location: StoreLocation) throws(StoreError) {
        let files = FileManager.default
        do {
            if !files.fileExists(atPath: location.folder) {
                try files.createDirectory(
                    atPath: location.folder, withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700])
            }
            if !files.fileExists(atPath: location.database),
                !files.createFile(
                    atPath: location.database, contents: nil,
                    attributes: [.posixPermissions: 0o600])
            {
                throw CocoaError(.fileWriteNoPermission)
            }
        } catch {
            throw StoreError(
                .readOnly, subject: location.database,
                message: "The database cannot be made here.",
                remedy: "Check the folder and its permissions, or name another with --database.")
        }
    }

    /// Runs `body` and turns SQLite's errors into sentences.
    static func translating<T>(_ subject: String, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw StoreError(error, subject: subject)
        } catch is RowDecodingError {
            // Its own text would print the whole row.
            throw StoreError(
                .corrupt, subject: subject, message: "A row holds a value that vsdb never writes.",
                remedy: "Run 'vsdb doctor', or restore a backup.")
        }
    }
}

extension StoreError {
    /// What an error of SQLite means to a person; no bound value is ever in it.
    init(_ error: DatabaseError, subject: String) {
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(
                .busy, subject: subject, message: "Another program holds the database.",
                remedy: "Try again in a moment.")
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            self.init(
                .readOnly, subject: subject, message: "The database cannot be written.",
                remedy: "Check the permissions of the file and its folder.")
        case .SQLITE_FULL:
            self.init(
                .full, subject: subject, message: "No space is left on the disk.",
                remedy: "Free some space and run the command again; nothing was half written.")
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self.init(
                .corrupt, subject: subject,
                message: "The file is no vsdb database, or is damaged.",
                remedy: "Run 'vsdb doctor', or restore a backup.")
        case .SQLITE_CONSTRAINT:
            self.init(
                .conflict, subject: subject,
                message: "A rule of the database forbids it (\(error.message ?? "constraint")).",
                remedy: "Nothing was changed.")
        case .SQLITE_CANTOPEN, .SQLITE_IOERR:
            self.init(
                .unreadable, subject: subject, message: "The database cannot be opened or read.",
                remedy: "Check the path, the permissions and the disk.")
        default:
            self.init(
                .unreadable, subject: subject,
                message: "SQLite reports: \(error.message ?? "error \(error.resultCode)").",
                remedy: "Run 'vsdb doctor'.")
        }
    }
}
