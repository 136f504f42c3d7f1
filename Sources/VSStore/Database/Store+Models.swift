public import Foundation
import GRDB
public import VSGrowth

extension Store {
    /// The installed models, the active one first.
    public func models() throws -> [ModelRecord] {
        try read {
            try ModelRecord.fetchAll(
                $0, sql: "SELECT * FROM model ORDER BY isActive DESC, name, version")
        }.map(located)
    }

    /// The active model; nil where none is installed.
    public func activeModel() throws -> ModelRecord? {
        try read { try ModelRecord.fetchOne($0, sql: "SELECT * FROM model WHERE isActive = 1") }
            .map(located)
    }

    /// A model's record with its file where this store keeps it, also after the folder was moved.
    private func located(_ model: ModelRecord) -> ModelRecord {
        var model = model
        model.path = "\(location.models)/\((model.path as NSString).lastPathComponent)"
        return model
    }

    /// The model named `name`, or `name version`, or by the start of its hash.
    public func model(named text: String) throws -> ModelRecord {
        let all = try models()
        let found = all.filter {
            $0.name == text || $0.title == text || "\($0.name)@\($0.version)" == text
                || (text.count >= 8 && $0.sha256.hasPrefix(text))
        }
        if let only = found.first, found.count == 1 { return only }
        throw StoreError(
            found.isEmpty ? .unknown : .invalid, subject: text,
            message: found.isEmpty
                ? "No model of this name is installed."
                : "Several models have this name: "
                    + found.map(\.title).joined(separator: ", ") + ".",
            remedy: "'vsdb model list' shows the names.")
    }

    /// Installs a model: its file is copied beside the database, then its row is made.
    ///
    /// The first is
    /// active; any other waits for a campaign.
    ///
    /// - Parameters:
    ///   - data: the model file's bytes, checked by the caller.
    ///   - name: the model's name.
    ///   - version: the model's version; one name and version is one file.
    ///   - description: the model's description, as JSON.
    /// - Returns: the record, and whether it is new.
    /// - Throws: ``StoreError`` where another file has the name and version, or on a failed write.
    @discardableResult
    public func installModel(
        _ data: Data, name: String, version: String, description: String
    ) throws -> (model: ModelRecord, isNew: Bool) {
        let hash = Self.sha256(of: data)
        let known = try read {
            try ModelRecord.fetchOne(
                $0, sql: "SELECT * FROM model WHERE sha256 = ?", arguments: [hash])
        }
        if let known { return (located(known), false) }
        if try models().contains(where: { $0.name == name && $0.version == version }) {
            throw StoreError(
                .conflict, subject: "\(name) \(version)",
                message: "Another model has this name and version.",
                remedy: "Give the new one a version of its own; nothing was changed.")
        }
        let file = "\(hash).safetensors"
        do {
            try ImageStore.makeFolder(location.models)
        } catch {
            throw StoreError(
                .readOnly, subject: location.models, message: "The folder cannot be made.",
                remedy: "Check the permissions of the data folder.")
        }
        try ImageStore.writeDurably(data, to: "\(location.models)/\(file)")
        let record = try write { db in
            let isFirst = try Int.fetchOne(db, sql: "SELECT count(*) FROM model") == 0
            try db.execute(
                sql: """
                    INSERT INTO model (name, version, sha256, description, path, isActive,
                        hasServed, installedAt)
                    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?7)
                    """,
                arguments: [name, version, hash, description, file, isFirst, Instant.now()])
            let id = db.lastInsertedRowID
            try Self.audit(db, "install model", subject: "\(name) \(version)", detail: hash)
            guard
                let record = try ModelRecord.fetchOne(
                    db, sql: "SELECT * FROM model WHERE id = ?", arguments: [id])
            else { throw Self.unknownModel(name) }
            return record
        }
        return (located(record), true)
    }

    static func unknownModel(_ name: String) -> StoreError {
        StoreError(
            .unknown, subject: name, message: "No model of this name is installed.",
            remedy: "'vsdb model list' shows the names.")
    }

    /// Writes what is known of a model anew and judges all growth by it, in one transaction.
    ///
    /// - Parameters:
    ///   - model: the model.
    ///   - description: its description, as JSON.
    ///   - rule: judges growth.
    /// - Throws: ``StoreError`` for a model that is not installed, or on a failed write.
    public func describeModel(
        _ model: ModelRecord, as description: String, rule: GrowthRule
    ) throws {
        try write { db in
            try db.execute(
                sql: "UPDATE model SET description = ? WHERE id = ?",
                arguments: [description, model.id])
            guard db.changesCount == 1 else { throw Self.unknownModel(model.title) }
            try Self.audit(
                db, "describe model", subject: model.title,
                detail: Self.sha256(of: description))
            try Self.refreshAllGrowth(db, rule: rule)
        }
    }
}

extension Store {
    /// The T2 scans that a model has not segmented yet, the oldest exam first.
    public func scansToSegment(by model: ModelRecord) throws -> [Int64] {
        try read {
            try Int64.fetchAll(
                $0,
                sql: """
                    SELECT scan.id FROM standingScan AS scan WHERE scan.isT2 = 1 AND NOT EXISTS (
                        SELECT 1 FROM segmentation
                        WHERE segmentation.scanId = scan.id AND segmentation.modelId = ?)
                    ORDER BY scan.examDate, scan.id
                    """,
                arguments: [model.id])
        }
    }
}
