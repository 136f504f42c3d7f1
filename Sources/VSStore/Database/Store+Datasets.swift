import GRDB
public import VSGrowth

/// What importing one exam of a data set did.
public struct ImportedScan: Sendable, Hashable {
    /// The scan's row.
    public let scan: Int64
    /// Whether the scan is new.
    public let isNew: Bool
    /// Whether its outline is new.
    public let isOutlineNew: Bool
    /// The job that will segment it; nil where none was asked for or needed.
    public let job: Int64?
}

extension Store {
    /// Registers a scan of a data set, where it is new, with the outline that came with it, where that
    /// is new: all in one transaction.
    ///
    /// An outline is known where the same reader has one of the same file and volume on the scan.
    ///
    /// - Parameters:
    ///   - scan: the scan; its voxels are in the image store.
    ///   - outlines: the truth that came with it; nil where there is none.
    ///   - rule: the growth rule.
    ///   - job: how a new T2 scan is queued for workers; nil leaves it unsegmented.
    /// - Returns: what was new.
    /// - Throws: ``StoreError`` for a bad identifier or a failed write.
    public func recordImportedScan(
        _ scan: ScanEntry, outlines: OutlineEntry?, rule: GrowthRule, job: JobRequest? = nil
    ) throws -> ImportedScan {
        if let outlines { try Self.checkReader(outlines.reader) }
        let tumours = try outlines?.tumours.map { try PreparedTumour($0) } ?? []
        return try write { db in
            let patient = try Self.patientID(db, scan.patient, creating: true).id
            let known = try Int64.fetchOne(
                db, sql: "SELECT id FROM scan WHERE patientId = ? AND contentHash = ?",
                arguments: [patient, scan.contentHash])
            let id: Int64
            if let known {
                id = known
            } else {
                guard images.contains(scan.contentHash) else {
                    throw Self.voxelsAreGone(scan.patient)
                }
                id = try Self.insert(db, scan, patient: patient)
                if let series = scan.series { try Self.insert(db, series, scan: id) }
                try Self.audit(
                    db, "register scan", subject: scan.patient,
                    detail: "scan \(id) of \(scan.examDate.iso)")
                if try !Self.supersede(db, byScan: id, scan, patient: patient).isEmpty {
                    try Self.refreshGrowth(db, patient: patient, rule: rule)
                }
            }
            let fresh = try outlines.map { try !Self.holds(db, $0, tumours, scan: id) } ?? false
            if let outlines, fresh {
                try Self.closeFindings(db, scan: id)
                try Self.insert(db, outlines, tumours, scan: id, patient: patient)
                try Self.refreshGrowth(db, patient: patient, rule: rule)
            }
            let queued =
                try known == nil && scan.isT2
                ? job.flatMap { try Self.enqueueMissing(db, scan: id, $0) } : nil
            return ImportedScan(
                scan: id, isNew: known == nil, isOutlineNew: fresh, job: queued)
        }
    }

    /// Whether each of the tumours is on the scan by the same reader, of the same file and volume.
    private static func holds(
        _ db: Database, _ entry: OutlineEntry, _ tumours: [PreparedTumour], scan: Int64
    ) throws -> Bool {
        try tumours.allSatisfy { tumour in
            try Bool.fetchOne(
                db,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM manualVolume
                        JOIN tumour ON tumour.id = manualVolume.tumourId
                        WHERE scanId = ? AND side = ? AND reader = ? AND sourceName = ?
                            AND volumeMm3 = ?)
                    """,
                arguments: [
                    scan, tumour.side, entry.reader, entry.sourceName, tumour.volume.volumeMm3,
                ]) ?? false
        }
    }
}
