import Foundation
import GRDB

/// What a check of the store found.
public struct StoreHealth: Sendable, Hashable, Codable {
    /// What SQLite's own check says; empty where all is well.
    public var integrity: [String] = []
    /// Rows that refer to rows that are not there.
    public var brokenReferences = 0
    /// Contents in the image store that no scan names: an interrupted registration.
    public var orphans: [String] = []
    /// Files of interrupted writes, and files of voxels or models that nothing names.
    public var remains: [String] = []
    /// Scans whose voxels are missing.
    public var missing: [Int64] = []
    /// Scans whose voxels are damaged; looked for only in a deep check.
    public var damaged: [Int64] = []
    /// Models whose file is missing or changed.
    public var brokenModels: [String] = []
    /// The first audit line that was tampered with.
    public var brokenAudit: Int64?

    /// Makes a healthy report.
    public init() {}

    /// Whether nothing is lost; orphans and remains are only litter.
    public var isHealthy: Bool {
        integrity.isEmpty && brokenReferences == 0 && missing.isEmpty && damaged.isEmpty
            && brokenModels.isEmpty && brokenAudit == nil
    }
}

extension Store {
    /// Checks the database, the image store and the models against each other.
    ///
    /// - Parameters:
    ///   - deep: also reads every scan's voxels and compares their hash.
    ///   - cleaning: removes orphans and the remains of interrupted writes.
    /// - Returns: what was found.
    /// - Throws: ``StoreError`` where the store cannot be read at all.
    @discardableResult
    public func examine(deep: Bool = false, cleaning: Bool = false) throws -> StoreHealth {
        var health = StoreHealth()
        let facts = try read { db in
            (
                integrity: try String.fetchAll(db, sql: "PRAGMA integrity_check"),
                references: try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").count,
                scans: try ScanRecord.fetchAll(db, sql: "SELECT * FROM scan"),
                audit: try Self.firstBrokenAuditLine(db)
            )
        }
        health.integrity = facts.integrity.filter { $0 != "ok" }
        health.brokenReferences = facts.references
        health.brokenAudit = facts.audit
        let named = Set(facts.scans.map(\.contentHash))
        health.orphans = images.hashes().filter { !named.contains($0) }.sorted()
        health.remains =
            (ImageStore.remains(in: location.images) + ImageStore.remains(in: location.models)
            + images.strays() + (try orphanedModels())).sorted()
        for scan in facts.scans {
            guard images.contains(scan.contentHash) else {
                health.missing.append(scan.id)
                continue
            }
            guard deep else { continue }
            if (try? images.volume(scan.contentHash)) == nil { health.damaged.append(scan.id) }
        }
        for model in try models() {
            let data = FileManager.default.contents(atPath: model.path)
            if data.map(Self.sha256(of:)) != model.sha256 {
                health.brokenModels.append(model.title)
            }
        }
        if cleaning {
            let orphans = health.orphans
            // With the write lock held no registration can name one of them meanwhile; one that has
            // stored its voxels and waits for the lock finds them gone, and says so.
            try write { db in
                for hash in orphans where try !Self.isNamed(db, hash) { images.remove(hash) }
            }
            for file in health.remains { try? FileManager.default.removeItem(atPath: file) }
        }
        return health
    }

    /// Model files that no row names: of an interrupted installation, unless it still goes on.
    private func orphanedModels(at date: Date = Date()) throws -> [String] {
        let named = Set(try models().map(\.path))
        let found = (try? FileManager.default.contentsOfDirectory(atPath: location.models)) ?? []
        return found.filter { $0.hasSuffix(".safetensors") }.map { "\(location.models)/\($0)" }
            .filter { !named.contains($0) && ImageStore.isOld($0, at: date) }
    }

    private static func isNamed(_ db: Database, _ hash: String) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM scan WHERE contentHash = ?)",
            arguments: [hash]) ?? false
    }
}
