import Foundation
import GRDB
public import VSGrowth
import VSImaging

/// What a registration did.
public struct RecordedScan: Sendable, Hashable {
    /// The scan's row.
    public let scan: Int64
    /// The segmentation's row; nil where the scan was not segmented.
    public let segmentation: Int64?
    /// Whether the scan was registered before, so that nothing changed.
    public let isRepeat: Bool
    /// The job that will segment it; nil where none waits.
    public let job: Int64?
    /// Scans of the same series with fewer images, which no longer count.
    public let superseded: [Int64]

    /// Makes a record of what was done.
    public init(
        scan: Int64, segmentation: Int64?, isRepeat: Bool, job: Int64? = nil,
        superseded: [Int64] = []
    ) {
        self.scan = scan
        self.segmentation = segmentation
        self.isRepeat = isRepeat
        self.job = job
        self.superseded = superseded
    }
}

extension Store {
    /// The scan of a patient with that content, where it is registered.
    public func scan(ofContent hash: String, patient identifier: String) throws -> ScanRecord? {
        try read {
            try ScanRecord.fetchOne(
                $0,
                sql: """
                    SELECT scan.* FROM scan JOIN patient ON patient.id = scan.patientId
                    WHERE patient.identifier = ? AND scan.contentHash = ?
                    """,
                arguments: [identifier, hash])
        }
    }

    /// Other patients with the same content, which is a mistake or a copy.
    public func otherPatients(withContent hash: String, than identifier: String) throws -> [String]
    {
        try read {
            try String.fetchAll(
                $0,
                sql: """
                    SELECT patient.identifier FROM scan
                    JOIN patient ON patient.id = scan.patientId
                    WHERE scan.contentHash = ? AND patient.identifier <> ?
                    """,
                arguments: [hash, identifier])
        }
    }

    /// Registers a scan with its segmentation: patient, scan, masks, volumes, growth and audit in
    /// one transaction, so that after a kill at any moment all of it is there or nothing.
    ///
    /// A T2 scan that the active model has not segmented gets a job in the same transaction, and one
    /// more where a campaign is open.
    @discardableResult
    public func recordRegistration(
        _ scan: ScanEntry, segmentation: SegmentationEntry?, rule: GrowthRule,
        job: JobRequest = JobRequest()
    ) throws -> RecordedScan {
        let prepared = try segmentation.map { try PreparedSegmentation($0) }
        return try write { db in
            let patient = try Self.patientID(db, scan.patient, creating: true).id
            if let known = try Int64.fetchOne(
                db, sql: "SELECT id FROM scan WHERE patientId = ? AND contentHash = ?",
                arguments: [patient, scan.contentHash])
            {
                return RecordedScan(scan: known, segmentation: nil, isRepeat: true)
            }
            guard images.contains(scan.contentHash) else { throw Self.voxelsAreGone(scan.patient) }
            let id = try Self.insert(db, scan, patient: patient)
            if let series = scan.series { try Self.insert(db, series, scan: id) }
            try Self.audit(
                db, "register scan", subject: scan.patient,
                detail: "scan \(id) of \(scan.examDate.iso)")
            try Self.adopt(db, scan: id)
            let superseded = try Self.supersede(db, byScan: id, scan, patient: patient)
            let made = try prepared.map {
                try Self.insert(db, $0, scan: id, patient: patient, rule: rule)
            }
            let queued = try scan.isT2 ? Self.enqueueMissing(db, scan: id, job) : nil
            // A segmentation has judged the patient anew.
            if made == nil, !superseded.isEmpty {
                try Self.refreshGrowth(db, patient: patient, rule: rule)
            }
            return RecordedScan(
                scan: id, segmentation: made, isRepeat: false, job: queued, superseded: superseded)
        }
    }

    /// Records a new segmentation of a registered scan; earlier ones stay.
    @discardableResult
    public func recordSegmentation(
        _ segmentation: SegmentationEntry, scan: Int64, rule: GrowthRule
    ) throws -> Int64 {
        let prepared = try PreparedSegmentation(segmentation)
        return try write { db in
            guard
                let patient = try Int64.fetchOne(
                    db, sql: "SELECT patientId FROM scan WHERE id = ?", arguments: [scan])
            else { throw Self.unknownScan(scan) }
            return try Self.insert(db, prepared, scan: scan, patient: patient, rule: rule)
        }
    }

    /// Corrects what a scan that was registered as something else is: it is T2, and segmented from now
    /// on.
    ///
    /// - Parameters:
    ///   - sequence: its name, of a T2 family.
    ///   - scan: the scan's row.
    /// - Throws: ``StoreError`` for an unknown scan, or where the store cannot be written.
    public func setSequence(_ sequence: String, ofScan scan: Int64) throws {
        try write { db in
            let before = try String.fetchOne(
                db, sql: "SELECT sequence FROM scan WHERE id = ?", arguments: [scan])
            guard let before else { throw Self.unknownScan(scan) }
            try db.execute(
                sql: "UPDATE scan SET sequence = ?, isT2 = 1 WHERE id = ?",
                arguments: [sequence, scan])
            try Self.adopt(db, scan: scan)
            try Self.audit(
                db, "correct sequence", subject: "scan \(scan)", detail: "\(before) to \(sequence)")
        }
    }

    static func voxelsAreGone(_ patient: String) -> StoreError {
        StoreError(
            .busy, subject: patient,
            message: "The image store was cleaned while this scan was registered.",
            remedy: "Register the scan again; nothing was stored.")
    }

    static func unknownScan(_ scan: Int64) -> StoreError {
        StoreError(
            .unknown, subject: "scan \(scan)", message: "No scan of this number is registered.",
            remedy: "'vsdb list scans' shows those that are.")
    }

    static func insert(
        _ db: Database, _ scan: ScanEntry, patient: Int64
    ) throws -> Int64 {
        try db.execute(
            sql: """
                INSERT INTO scan (patientId, examDate, sequence, isT2, contentHash, header, depth,
                    height, width, sliceSpacingMm, rowSpacingMm, columnSpacingMm, sourceName, gate,
                    createdAt)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                patient, scan.examDate, scan.sequence, scan.isT2, scan.contentHash, scan.header,
                scan.shape.depth, scan.shape.height, scan.shape.width, scan.spacing.depth,
                scan.spacing.height, scan.spacing.width, scan.sourceName, scan.gate, Instant.now(),
            ])
        let id = db.lastInsertedRowID
        if scan.acquisition.isKnown { try insert(db, scan.acquisition, scan: id) }
        return id
    }

    private static func insert(
        _ db: Database, _ acquisition: Acquisition, scan: Int64
    ) throws {
        try db.execute(
            sql: """
                INSERT INTO acquisition (scanId, fieldStrengthT, scanner, hasContrast)
                VALUES (?, ?, ?, ?)
                """,
            arguments: [
                scan, acquisition.fieldStrengthT, acquisition.scanner, acquisition.hasContrast,
            ])
    }

    @discardableResult
    static func insert(
        _ db: Database, _ prepared: PreparedSegmentation, scan: Int64, patient: Int64,
        rule: GrowthRule
    ) throws -> Int64 {
        let entry = prepared.entry
        try db.execute(
            sql: """
                INSERT INTO segmentation (scanId, modelId, modelName, modelVersion, modelSha256,
                    softwareVersion, parameters, finding, highestProbability, dropped, seconds,
                    createdAt)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                scan, entry.model.id, entry.model.name, entry.model.version, entry.model.sha256,
                entry.softwareVersion, entry.parameters,
                prepared.tumours.isEmpty ? "no-tumour" : "tumour", entry.highestProbability,
                entry.dropped, entry.seconds, Instant.now(),
            ])
        let id = db.lastInsertedRowID
        for tumour in prepared.tumours {
            let owner = try tumourID(db, patient: patient, side: tumour.side)
            try insert(db, tumour, segmentation: id, tumour: owner)
        }
        try audit(
            db, "record segmentation", subject: "scan \(scan)",
            detail: "segmentation \(id) by \(entry.model.title)")
        // A candidate's segmentations wait for its promotion: until then nothing shows them.
        guard try hasServed(db, model: entry.model.id) else { return id }
        try noteFindings(db, prepared, scan: scan, patient: patient)
        try refreshGrowth(db, patient: patient, rule: rule)
        return id
    }

    private static func insert(
        _ db: Database, _ entry: PreparedTumour, segmentation: Int64, tumour: Int64
    ) throws {
        let v = entry.volume
        try db.execute(
            sql: """
                INSERT INTO volume (segmentationId, tumourId, volumeMm3, softVolumeMm3, relativeSD,
                    equivalentDiameterMm, maximalDiameterMm, maximalAxialDiameterMm, abc2Mm3,
                    centroidXMm, centroidYMm, centroidZMm, componentCount, sliceCount,
                    peakProbability, mask)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                segmentation, tumour, v.volumeMm3, v.softVolumeMm3, v.relativeSD,
                v.equivalentDiameterMm, v.maximalDiameterMm, v.maximalAxialDiameterMm, v.abc2Mm3,
                v.centroidXMm, v.centroidYMm, v.centroidZMm, v.componentCount, v.sliceCount,
                v.peakProbability, entry.mask,
            ])
        let volume = db.lastInsertedRowID
        if let repeated = entry.repeatability { try insert(db, repeated, volume: volume) }
    }
}
