import Foundation
import GRDB

extension Store {
    /// Records that a reader has seen a patient's flags; they are quiet until their class changes.
    ///
    /// - Parameters:
    ///   - identifier: the patient's.
    ///   - side: of this tumour only; nil for all that are flagged.
    ///   - reader: who.
    ///   - note: what is to be remembered.
    /// - Returns: the sides that were acknowledged now; those that were before stay as they are.
    /// - Throws: ``StoreError`` for an unknown patient, a bad reader's name, or where nothing is
    ///   flagged.
    @discardableResult
    public func acknowledge(
        patient identifier: String, side: String? = nil, reader: String, note: String
    ) throws -> [String] {
        try Self.checkReader(reader)
        return try write { db in
            let patient = try Self.patientID(db, identifier, creating: false).id
            let flags = try Row.fetchAll(
                db,
                sql: """
                    SELECT growth.tumourId, tumour.side, growth.class, growth.lastExam,
                        growth.isAcknowledged
                    FROM tumour JOIN growth ON growth.tumourId = tumour.id
                    WHERE tumour.patientId = ?1 AND growth.isFlagged = 1
                        AND (?2 IS NULL OR tumour.side = ?2)
                    ORDER BY tumour.side
                    """,
                arguments: [patient, side])
            guard !flags.isEmpty else { throw Self.nothingFlagged(identifier, side) }
            return try flags.filter { !($0["isAcknowledged"] as Bool) }.map { flag in
                try Self.acknowledge(db, flag, reader: reader, note: note)
                let (place, growthClass): (String, String) = (flag["side"], flag["class"])
                try Self.audit(
                    db, "acknowledge flag", subject: identifier,
                    detail: "\(place) \(growthClass) by \(reader)")
                return place
            }
        }
    }

    private static func acknowledge(
        _ db: Database, _ flag: Row, reader: String, note: String
    ) throws {
        let tumour: Int64 = flag["tumourId"]
        let (growthClass, lastExam): (String, String) = (flag["class"], flag["lastExam"])
        try db.execute(
            sql: """
                INSERT INTO acknowledgement (tumourId, reader, note, class, lastExam, createdAt)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [tumour, reader, note, growthClass, lastExam, Instant.now()])
        try db.execute(
            sql: "UPDATE growth SET isAcknowledged = 1 WHERE tumourId = ?", arguments: [tumour])
    }

    private static func nothingFlagged(_ identifier: String, _ side: String?) -> StoreError {
        StoreError(
            .invalid, subject: identifier,
            message: "No tumour of this patient is flagged"
                + (side.map { " on the \($0)" } ?? "") + ".",
            remedy: "'vsdb show patient \(identifier)' shows what is.")
    }
}
