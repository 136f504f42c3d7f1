import Foundation
import GRDB
public import VSGrowth

extension Store {
    /// Checks an identifier: 1 to 64 characters, none of them a control character.
    public static func checkIdentifier(_ identifier: String) throws(StoreError) {
        let isClean = identifier.unicodeScalars.allSatisfy {
            !CharacterSet.controlCharacters.contains($0) && !CharacterSet.newlines.contains($0)
        }
        let trimmed = identifier.trimmingCharacters(in: .whitespaces)
        guard isClean, !trimmed.isEmpty, trimmed == identifier,
            identifier.unicodeScalars.count <= 64
        else {
            throw StoreError(
                .invalid, subject: "patient identifier",
                message: "An identifier has 1 to 64 characters, no control characters, and no "
                    + "blanks at its ends.",
                remedy: "Choose another identifier.")
        }
    }

    /// Registers a patient, or records that a known one has tumours on both sides.
    ///
    /// - Parameters:
    ///   - identifier: the patient's.
    ///   - isBilateral: whether tumours on both sides are expected; nil leaves it as it is.
    /// - Returns: whether the patient is new, and whether anything changed.
    /// - Throws: ``StoreError`` for a bad identifier or a failed write.
    @discardableResult
    public func registerPatient(
        _ identifier: String, isBilateral: Bool? = nil
    ) throws -> (isNew: Bool, isChanged: Bool) {
        try Self.checkIdentifier(identifier)
        return try write { db in
            let (id, isNew) = try Self.patientID(db, identifier, creating: true)
            guard let isBilateral else { return (isNew, isNew) }
            try db.execute(
                sql: "UPDATE patient SET isBilateral = ?1 WHERE id = ?2 AND isBilateral <> ?1",
                arguments: [isBilateral, id])
            guard db.changesCount > 0 else { return (isNew, isNew) }
            try Self.audit(
                db, "change patient", subject: identifier, detail: "bilateral \(isBilateral)")
            return (isNew, true)
        }
    }

    /// The patient of an identifier.
    ///
    /// - Throws: ``StoreError`` with code `unknown`.
    public func patient(_ identifier: String) throws -> PatientRecord {
        let found = try read {
            try PatientRecord.fetchOne(
                $0, sql: "SELECT * FROM patient WHERE identifier = ?", arguments: [identifier])
        }
        guard let found else { throw Self.unknownPatient(identifier) }
        return found
    }

    /// Whether a patient is known.
    public func hasPatient(_ identifier: String) throws -> Bool {
        try read {
            try Bool.fetchOne(
                $0, sql: "SELECT EXISTS (SELECT 1 FROM patient WHERE identifier = ?)",
                arguments: [identifier]) ?? false
        }
    }

    static func unknownPatient(_ identifier: String) -> StoreError {
        StoreError(
            .unknown, subject: identifier, message: "No patient of this identifier is registered.",
            remedy: "'vsdb list patients' shows those that are.")
    }

    static func patientID(
        _ db: Database, _ identifier: String, creating: Bool
    ) throws -> (id: Int64, isNew: Bool) {
        if let id = try Int64.fetchOne(
            db, sql: "SELECT id FROM patient WHERE identifier = ?", arguments: [identifier])
        {
            return (id, false)
        }
        guard creating else { throw unknownPatient(identifier) }
        try checkIdentifier(identifier)
        try db.execute(
            sql: "INSERT INTO patient (identifier, isBilateral, createdAt) VALUES (?, 0, ?)",
            arguments: [identifier, Instant.now()])
        let id = db.lastInsertedRowID
        try audit(db, "register patient", subject: identifier)
        return (id, true)
    }

    /// The tumour of a side, made where it is new.
    static func tumourID(_ db: Database, patient: Int64, side: String) throws -> Int64 {
        if let id = try Int64.fetchOne(
            db, sql: "SELECT id FROM tumour WHERE patientId = ? AND side = ?",
            arguments: [patient, side])
        {
            return id
        }
        try db.execute(
            sql: "INSERT INTO tumour (patientId, side, trackingUid, createdAt) VALUES (?, ?, ?, ?)",
            arguments: [patient, side, UUID().uuidString, Instant.now()])
        return db.lastInsertedRowID
    }

    /// Records a treatment of a side's tumour and judges its growth anew.
    ///
    /// - Returns: whether it is new.
    @discardableResult
    public func recordTreatment(
        _ treatment: Treatment, patient identifier: String, side: String, rule: GrowthRule
    ) throws -> Bool {
        try write { db in
            let patient = try Self.patientID(db, identifier, creating: false).id
            guard
                let tumour = try Self.insert(
                    db, treatment, patient: patient, identifier: identifier, side: side)
            else { return false }
            try Self.refreshGrowth(db, tumour: tumour, rule: rule)
            return true
        }
    }

    /// Adds a treatment; nil where it is recorded already.
    @discardableResult
    static func insert(
        _ db: Database, _ treatment: Treatment, patient: Int64, identifier: String, side: String
    ) throws -> Int64? {
        let tumour = try tumourID(db, patient: patient, side: side)
        try db.execute(
            sql: """
                INSERT INTO treatment (tumourId, kind, treatedOn, createdAt)
                VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING
                """,
            arguments: [tumour, treatment.kind.rawValue, treatment.date, Instant.now()])
        guard db.changesCount > 0 else { return nil }
        try audit(
            db, "register treatment", subject: identifier,
            detail: "\(treatment.kind.rawValue) \(side) \(treatment.date.iso)")
        return tumour
    }
}
