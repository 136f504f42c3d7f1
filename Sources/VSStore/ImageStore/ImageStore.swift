import Crypto
import Foundation
public import VSImaging

/// Voxels of scans, compressed, each under the SHA-256 of its canonical voxels and geometry.
///
/// A file is written beside its place, synced, and renamed, before any row names it; so a row never
/// names a file that is not whole, and a file that no row names is harmless and found by `doctor`.
public struct ImageStore: Sendable {
    /// The folder.
    public let folder: String

    /// The image store in a folder, which is made when something is stored.
    package init(folder: String) { self.folder = folder }

    /// The SHA-256 of a volume's voxels (float32) and geometry, hexadecimal.
    public static func contentHash(of volume: Volume) -> String {
        var hash = SHA256()
        let shape = [volume.shape.depth, volume.shape.height, volume.shape.width]
        for side in shape {
            withUnsafeBytes(of: Int64(side).littleEndian) { hash.update(bufferPointer: $0) }
        }
        let affine = volume.affine
        for step in [affine.origin, affine.depthStep, affine.heightStep, affine.widthStep] {
            for value in [step.x, step.y, step.z] {
                withUnsafeBytes(of: value.bitPattern.littleEndian) {
                    hash.update(bufferPointer: $0)
                }
            }
        }
        volume.voxels.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return hexadecimal(hash.finalize())
    }

    /// The file of a content hash.
    public func path(_ hash: String) -> String { "\(folder)/\(hash.prefix(2))/\(hash).vol" }

    /// Whether the store holds that content.
    public func contains(_ hash: String) -> Bool {
        FileManager.default.fileExists(atPath: path(hash))
    }

    /// Stores a volume; content that is there already, and whole, stays as it is.
    ///
    /// - Returns: the content hash.
    @discardableResult
    public func insert(_ volume: Volume) throws -> String {
        try insert(volume, hash: Self.contentHash(of: volume))
    }

    /// Stores a volume whose content hash, which takes a moment of a large scan, is known.
    ///
    /// - Returns: the content hash.
    @discardableResult
    package func insert(_ volume: Volume, hash: String) throws -> String {
        guard (try? self.volume(hash)) == nil else { return hash }
        let target = path(hash)
        do {
            try Self.makeFolder((target as NSString).deletingLastPathComponent)
            try Self.writeDurably(try VolumeFile.encode(volume), to: target)
        } catch {
            // Folders that were made for nothing; one that holds something stays.
            rmdir((target as NSString).deletingLastPathComponent)
            rmdir(folder)
            throw error as? StoreError
                ?? StoreError(
                    .readOnly, subject: target, message: "The image store cannot be written.",
                    remedy: "Check the folder, its permissions and the free space.")
        }
        return hash
    }

    /// Stores a volume that should be there already, where its file is missing or damaged.
    ///
    /// - Returns: whether it had to be stored again.
    public func restore(_ volume: Volume) throws -> Bool {
        if (try? self.volume(Self.contentHash(of: volume))) != nil { return false }
        try insert(volume)
        return true
    }

    /// Reads a volume back, bit for bit.
    public func volume(_ hash: String) throws(StoreError) -> Volume {
        let file = path(hash)
        guard let data = FileManager.default.contents(atPath: file) else {
            throw StoreError(
                .unreadable, subject: file, message: "The voxels of this scan are missing.",
                remedy: "Run 'vsdb doctor', and register the scan again.")
        }
        guard let volume = VolumeFile.decode(data), Self.contentHash(of: volume) == hash else {
            throw StoreError(
                .corrupt, subject: file, message: "The voxels of this scan are damaged.",
                remedy: "Restore the file from a backup, or register the scan again.")
        }
        return volume
    }

    /// The hashes of everything stored.
    public func hashes() -> [String] {
        volumeFiles().map { (($0 as NSString).lastPathComponent as NSString).deletingPathExtension }
            .filter(contains)
    }

    /// Files of voxels that lie where nothing would look for them.
    func strays() -> [String] {
        volumeFiles().filter { file in
            let name = ((file as NSString).lastPathComponent as NSString).deletingPathExtension
            return "\(folder)/\(file)" != path(name)
        }.map { "\(folder)/\($0)" }
    }

    private func volumeFiles() -> [String] {
        let found = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String }
        return (found ?? []).filter { $0.hasSuffix(".vol") }
    }

    /// Files that an interrupted write left behind; a write that may still go on is not one.
    ///
    /// - Parameters:
    ///   - folder: where to look, in its subfolders too.
    ///   - date: files changed less than ten minutes before are left alone.
    /// - Returns: their paths.
    static func remains(in folder: String, at date: Date = Date()) -> [String] {
        let found = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String }
        return (found ?? []).filter { $0.hasSuffix(".part") }.map { "\(folder)/\($0)" }
            .filter { isOld($0, at: date) }
    }

    /// Whether a file is ten minutes old, so that whoever made it has ended.
    static func isOld(_ path: String, at date: Date) -> Bool {
        let facts = try? FileManager.default.attributesOfItem(atPath: path)
        guard let changed = facts?[.modificationDate] as? Date else { return false }
        return date.timeIntervalSince(changed) > 600
    }

    /// Takes a content out of the store.
    public func remove(_ hash: String) { try? FileManager.default.removeItem(atPath: path(hash)) }

    /// Makes a folder and those above it that are missing, each synced into its parent, so that a
    /// file that was written into it durably is still found after a loss of power.
    static func makeFolder(_ path: String) throws {
        guard !FileManager.default.fileExists(atPath: path) else { return }
        let parent = (path as NSString).deletingLastPathComponent
        if !parent.isEmpty { try makeFolder(parent) }
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        sync(parent.isEmpty ? "." : parent)
    }

    /// Brings a folder's entries to the disk.
    static func sync(_ folder: String) {
        let handle = open(folder, O_RDONLY)
        if handle >= 0 {
            fsync(handle)
            close(handle)
        }
    }

    /// Writes beside the target, syncs, renames, and syncs the folder.
    static func writeDurably(_ data: Data, to target: String) throws(StoreError) {
        let temporary = "\(target).\(UInt32.random(in: 0 ... .max)).part"
        let handle = open(temporary, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard handle >= 0 else { throw unwritable(target) }
        let isWritten = data.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                let got = write(handle, bytes.baseAddress.map { $0 + done }, bytes.count - done)
                if got <= 0 { return false }
                done += got
            }
            return true
        }
        let isSynced = isWritten && fsync(handle) == 0
        close(handle)
        guard isSynced, rename(temporary, target) == 0 else {
            unlink(temporary)
            throw unwritable(target)
        }
        sync((target as NSString).deletingLastPathComponent)
    }

    private static func unwritable(_ path: String) -> StoreError {
        let isFull = errno == ENOSPC
        return StoreError(
            isFull ? .full : .readOnly, subject: path,
            message: isFull ? "No space is left on the disk." : "The file cannot be written.",
            remedy: "Check the folder, its permissions and the free space.")
    }
}
