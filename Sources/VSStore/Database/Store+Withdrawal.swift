import GRDB
public import VSGrowth

extension Store {
    /// Takes outlines on a scan back: they stay readable and take no part in anything.
    ///
    /// The scan's open findings are closed and the growth of the patient's tumours is judged anew, all
    /// in one transaction.
    ///
    /// - Parameters:
    ///   - entry: which, by whom and why.
    ///   - scan: the scan's row.
    ///   - rule: the growth rule.
    /// - Returns: the rows that were taken back, ascending.
    /// - Throws: ``StoreError`` for an unknown scan, a bad reader's name or reason, or where no such
    ///   outline stands.
    @discardableResult
    public func recordWithdrawal(
        _ entry: WithdrawalEntry, scan: Int64, rule: GrowthRule
    ) throws -> [Int64] {
        try Self.checkReader(entry.reader)
        try Self.checkReason(entry.reason)
        return try write { db in
            guard
                let patient = try Int64.fetchOne(
                    db, sql: "SELECT patientId FROM scan WHERE id = ?", arguments: [scan])
            else { throw Self.unknownScan(scan) }
            let rows = try Self.standingOutlines(db, entry, scan: scan)
            guard !rows.isEmpty else { throw try Self.nothingStands(db, entry, scan: scan) }
            for row in rows {
                try db.execute(
                    sql: """
                        INSERT INTO withdrawal (manualVolumeId, reader, reason, createdAt)
                        VALUES (?, ?, ?, ?)
                        """, arguments: [row, entry.reader, entry.reason, Instant.now()])
            }
            let names = rows.map { "\($0)" }.joined(separator: ", ")
            try Self.audit(
                db, "withdraw outline", subject: "scan \(scan)",
                detail: "outline \(names) by \(entry.reader)")
            try Self.closeFindings(db, scan: scan)
            try Self.refreshGrowth(db, patient: patient, rule: rule)
            return rows
        }
    }

    private static func standingOutlines(
        _ db: Database, _ entry: WithdrawalEntry, scan: Int64
    ) throws -> [Int64] {
        try Int64.fetchAll(
            db,
            sql: """
                SELECT standingOutline.id FROM standingOutline
                JOIN tumour ON tumour.id = standingOutline.tumourId
                WHERE standingOutline.scanId = ?1 AND (?2 IS NULL OR tumour.side = ?2)
                    AND CASE WHEN ?3 IS NULL THEN standingOutline.reader = ?4
                        ELSE standingOutline.id = ?3 END
                ORDER BY standingOutline.id
                """, arguments: [scan, entry.side, entry.outline, entry.reader])
    }

    private static func nothingStands(
        _ db: Database, _ entry: WithdrawalEntry, scan: Int64
    ) throws -> StoreError {
        let others = try String.fetchAll(
            db,
            sql: """
                SELECT id || ' by ' || reader FROM standingOutline WHERE scanId = ? ORDER BY id
                """, arguments: [scan])
        let place = entry.side.map { " on the \($0)" } ?? ""
        return StoreError(
            .unknown, subject: "scan \(scan)",
            message: entry.outline.map { "It has no outline \($0)\(place) that stands." }
                ?? "It has no outline by \(entry.reader)\(place) that stands.",
            remedy: others.isEmpty
                ? "No outline stands on this scan."
                : "Those that stand are \(others.joined(separator: ", ")); --outline names one.")
    }

    /// Checks the reason of a rejection or a withdrawal.
    ///
    /// - Parameter reason: the reason, without blanks at its ends.
    /// - Throws: ``StoreError`` for one that is empty or longer than 500 characters.
    package static func checkReason(_ reason: String) throws(StoreError) {
        guard !reason.isEmpty, reason.count <= 500 else {
            throw StoreError(
                .invalid, subject: "reason", message: "A reason has 1 to 500 characters.",
                remedy: "Say what is wrong, for example 'spills into the cochlea'.")
        }
    }
}
