import Foundation
import GRDB
public import VSGrowth
import VSImaging

extension Store {
    /// Records a reader's word on a segmentation: the last word decides whether it takes part in
    /// growth.
    ///
    /// The scan's open findings are closed, two readers who disagree become one, and the growth of
    /// the patient's tumours is judged anew, all in one transaction.
    ///
    /// - Returns: whether it is new; the same word of the same reader again changes nothing.
    /// - Throws: ``StoreError`` for an unknown segmentation, a bad reader's name or a failed write.
    @discardableResult
    public func recordReview(_ entry: ReviewEntry, rule: GrowthRule) throws -> Bool {
        try Self.checkReader(entry.reader)
        return try write { db in
            guard let (scan, patient) = try Self.owner(db, ofSegmentation: entry.segmentation)
            else { throw Self.unknownSegmentation(entry.segmentation) }
            let last = try ReviewRecord.fetchOne(
                db,
                sql: "SELECT * FROM review WHERE segmentationId = ? ORDER BY id DESC LIMIT 1",
                arguments: [entry.segmentation])
            if let last, last.reader == entry.reader, last.state == entry.state,
                last.reason == entry.reason
            {
                return false
            }
            try db.execute(
                sql: """
                    INSERT INTO review (segmentationId, state, reader, reason, createdAt)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [
                    entry.segmentation, entry.state.rawValue, entry.reader, entry.reason,
                    Instant.now(),
                ])
            try Self.audit(
                db, "review segmentation", subject: "scan \(scan)",
                detail: "segmentation \(entry.segmentation) \(entry.state.rawValue) by "
                    + entry.reader)
            try Self.closeFindings(db, scan: scan)
            try Self.noteDisagreement(db, ofSegmentation: entry.segmentation, scan: scan)
            try Self.refreshGrowth(db, patient: patient, rule: rule)
            return true
        }
    }

    /// Records a person's outlines on a scan beside what models said of it.
    ///
    /// - Returns: the rows, in the order of the entry's tumours.
    /// - Throws: ``StoreError`` for an unknown scan, a bad reader's name or a failed write.
    @discardableResult
    public func recordOutlines(
        _ entry: OutlineEntry, scan: Int64, rule: GrowthRule
    ) throws -> [Int64] {
        try Self.checkReader(entry.reader)
        let tumours = try entry.tumours.map { try PreparedTumour($0) }
        return try write { db in
            guard
                let patient = try Int64.fetchOne(
                    db, sql: "SELECT patientId FROM scan WHERE id = ?", arguments: [scan])
            else { throw Self.unknownScan(scan) }
            try Self.closeFindings(db, scan: scan)
            let rows = try Self.insert(db, entry, tumours, scan: scan, patient: patient)
            try Self.refreshGrowth(db, patient: patient, rule: rule)
            return rows
        }
    }

    /// Registers scans that have outlines and no segmentation, such as those of an import, with the
    /// patient's treatment where one is known: all in one transaction.
    ///
    /// - Returns: the scans' rows; nil for one that is registered already, which stays as it is.
    /// - Throws: ``StoreError`` for a bad identifier or a failed write.
    @discardableResult
    public func recordOutlinedScans(
        _ scans: [(scan: ScanEntry, outlines: OutlineEntry)], patient identifier: String,
        treatment: (treatment: Treatment, side: String)?, rule: GrowthRule
    ) throws -> [Int64?] {
        let prepared = try scans.map { one in
            (
                scan: one.scan, outlines: one.outlines,
                tumours: try one.outlines.tumours.map { try PreparedTumour($0) }
            )
        }
        return try write { db in
            let patient = try Self.patientID(db, identifier, creating: true).id
            let made = try prepared.map { scan, outlines, tumours -> Int64? in
                try Self.checkReader(outlines.reader)
                let isKnown = try Bool.fetchOne(
                    db,
                    sql: """
                        SELECT EXISTS (SELECT 1 FROM scan
                            WHERE patientId = ? AND contentHash = ?)
                        """,
                    arguments: [patient, scan.contentHash])
                if isKnown == true { return nil }
                guard images.contains(scan.contentHash) else {
                    throw Self.voxelsAreGone(identifier)
                }
                let id = try Self.insert(db, scan, patient: patient)
                try Self.audit(
                    db, "register scan", subject: identifier,
                    detail: "scan \(id) of \(scan.examDate.iso)")
                try Self.insert(db, outlines, tumours, scan: id, patient: patient)
                return id
            }
            if let treatment {
                try Self.insert(
                    db, treatment.treatment, patient: patient, identifier: identifier,
                    side: treatment.side)
            }
            if made.contains(where: { $0 != nil }) {
                try Self.refreshGrowth(db, patient: patient, rule: rule)
            }
            return made
        }
    }

    /// Checks a reader's name by the rules of an identifier.
    static func checkReader(_ reader: String) throws(StoreError) {
        do {
            try checkIdentifier(reader)
        } catch {
            throw StoreError(
                .invalid, subject: "reader",
                message: "A reader's name has 1 to 64 characters, no control characters, and no "
                    + "blanks at its ends.",
                remedy: "Give another name with --reader.")
        }
    }

    private static func owner(
        _ db: Database, ofSegmentation id: Int64
    ) throws -> (scan: Int64, patient: Int64)? {
        try Row.fetchOne(
            db,
            sql: """
                SELECT scan.id, scan.patientId FROM segmentation
                JOIN scan ON scan.id = segmentation.scanId WHERE segmentation.id = ?
                """,
            arguments: [id]
        ).map { ($0["id"], $0["patientId"]) }
    }

    @discardableResult
    static func insert(
        _ db: Database, _ entry: OutlineEntry, _ tumours: [PreparedTumour], scan: Int64,
        patient: Int64
    ) throws -> [Int64] {
        let rows = try tumours.map { tumour in
            let owner = try tumourID(db, patient: patient, side: tumour.side)
            let row = try insert(db, tumour, of: entry, scan: scan, tumour: owner)
            try noteDisagreement(db, ofOutline: row, side: tumour.side, scan: scan)
            return row
        }
        let sides = entry.tumours.map(\.side).joined(separator: " and ")
        try audit(
            db, "record outline", subject: "scan \(scan)", detail: "\(sides) by \(entry.reader)")
        return rows
    }

    private static func insert(
        _ db: Database, _ tumour: PreparedTumour, of entry: OutlineEntry, scan: Int64,
        tumour owner: Int64
    ) throws -> Int64 {
        let v = tumour.volume
        try db.execute(
            sql: """
                INSERT INTO manualVolume (scanId, tumourId, reader, sourceName, note, volumeMm3,
                    relativeSD, equivalentDiameterMm, maximalDiameterMm, maximalAxialDiameterMm,
                    abc2Mm3, centroidXMm, centroidYMm, centroidZMm, componentCount, sliceCount,
                    createdAt, mask)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                scan, owner, entry.reader, entry.sourceName, entry.note, v.volumeMm3, v.relativeSD,
                v.equivalentDiameterMm, v.maximalDiameterMm, v.maximalAxialDiameterMm, v.abc2Mm3,
                v.centroidXMm, v.centroidYMm, v.centroidZMm, v.componentCount, v.sliceCount,
                Instant.now(), tumour.mask,
            ])
        return db.lastInsertedRowID
    }
}
