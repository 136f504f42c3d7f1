import Crypto
import Foundation
import Synchronization
import VSGrowth

/// A file that comes in piece by piece, in a folder of its own beside the database.
///
/// It is hashed while it comes, nobody else can read it, and it goes with this value. One process that
/// is killed leaves it behind; the next one to start removes it.
public final class IncomingFile: Sendable {
    private struct State {
        var handle: Int32
        var name = IncomingFile.unnamed
        var bytes = 0
        var hash = SHA256()
    }

    /// Its folder, which holds nothing else.
    public let folder: String
    private let limitBytes: Int
    private let state: Mutex<State>

    private static let unnamed = "incoming"

    /// Makes an empty file.
    ///
    /// - Parameters:
    ///   - location: the store.
    ///   - owner: a name that no other file has, by which its process can be told.
    ///   - limitBytes: bytes at most.
    /// - Throws: ``StoreError`` where nothing can be written.
    public init(in location: StoreLocation, owner: String, limitBytes: Int) throws(StoreError) {
        folder = "\(location.incoming)/\(owner)"
        self.limitBytes = limitBytes
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw Self.unwritable()
        }
        let handle = open("\(folder)/\(Self.unnamed)", O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard handle >= 0 else {
            rmdir(folder)
            throw Self.unwritable()
        }
        state = Mutex(State(handle: handle))
    }

    deinit { remove() }

    /// Bytes that have come.
    public var bytes: Int { state.withLock { $0.bytes } }

    /// The SHA-256 of the bytes that have come, hexadecimal.
    public var sha256: String { state.withLock { hexadecimal($0.hash.finalize()) } }

    /// Where it lies.
    public var path: String { state.withLock { "\(folder)/\($0.name)" } }

    /// Adds a piece at the end.
    ///
    /// - Throws: ``StoreError`` with code `tooLarge` beyond the limit, or where it cannot be written.
    public func append(_ piece: UnsafeRawBufferPointer) throws(StoreError) {
        try state.withLock { state throws(StoreError) in
            guard piece.count <= limitBytes - state.bytes else { throw Self.tooLarge(limitBytes) }
            var done = 0
            while done < piece.count {
                let got = write(
                    state.handle, piece.baseAddress.map { $0 + done }, piece.count - done)
                if got <= 0 { throw Self.unwritable() }
                done += got
            }
            state.bytes += piece.count
            state.hash.update(bufferPointer: piece)
        }
    }

    /// Gives the file a name, by which readers judge its kind.
    ///
    /// - Throws: ``StoreError`` where that cannot be done.
    public func setName(_ name: String) throws(StoreError) {
        try state.withLock { state throws(StoreError) in
            guard rename("\(folder)/\(state.name)", "\(folder)/\(name)") == 0 else {
                throw Self.unwritable()
            }
            state.name = name
        }
    }

    /// The first bytes, so many at most.
    public func start(_ count: Int) -> [UInt8] {
        guard let handle = FileHandle(forReadingAtPath: path) else { return [] }
        defer { try? handle.close() }
        return Array((try? handle.read(upToCount: count)) ?? Data())
    }

    /// Removes it, at once.
    public func remove() {
        state.withLock { state in
            if state.handle >= 0 { close(state.handle) }
            state.handle = -1
            try? FileManager.default.removeItem(atPath: folder)
        }
    }

    /// Removes what processes that have ended left behind.
    ///
    /// - Parameters:
    ///   - location: the store.
    ///   - isGone: whether the process of an owner is known to run no more.
    public static func removeRemains(in location: StoreLocation, isGone: (String) -> Bool) {
        let owners = try? FileManager.default.contentsOfDirectory(atPath: location.incoming)
        for owner in owners ?? [] where isGone(owner) {
            try? FileManager.default.removeItem(atPath: "\(location.incoming)/\(owner)")
        }
    }

    /// The refusal of a file that is over a limit.
    public static func tooLarge(_ limitBytes: Int) -> StoreError {
        StoreError(
            .tooLarge, subject: "upload",
            message: "The file has more than \(Words.size(bytes: limitBytes)).",
            remedy: "Send one scan at a time, or start the service with a larger --upload-limit.")
    }

    private static func unwritable() -> StoreError {
        let isFull = errno == ENOSPC
        return StoreError(
            isFull ? .full : .readOnly, subject: "upload",
            message: isFull
                ? "No space is left on the disk."
                : "The file cannot be written beside the database.",
            remedy: "Check the database's folder, its permissions and the free space.")
    }
}
