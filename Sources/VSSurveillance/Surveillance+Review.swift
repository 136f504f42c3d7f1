import Foundation
import VSGrowth
import VSImaging
public import VSSegmentation
public import VSStore

/// What a reader says of a scan.
public enum ReviewDecision: Sendable, Hashable {
    /// The segmentation is good.
    case accept
    /// The segmentation takes no part in growth, for this reason.
    case reject(reason: String)
    /// The reader's own outline, a NIfTI mask on the scan's grid; of this side's tumour, where given.
    case outline(file: String, side: Side?)
    /// Outlines are taken back, for this reason: the one of that number, or all of the reader's own on
    /// that side, or on both.
    case withdraw(reason: String, outline: Int64?, side: Side?)
}

/// What a review did.
public struct ReviewOutcome: Sendable {
    /// The scan.
    public let scan: Int64
    /// The patient's identifier.
    public let patient: String
    /// The segmentation that was judged; nil for an outline.
    public let segmentation: Int64?
    /// The outlines that were stored, the larger first.
    public let outlines: [(side: Side, volumeMm3: Double)]
    /// Whether anything changed.
    public let isChanged: Bool
    /// Findings of the scan that are open now.
    public let findings: [FindingRecord]
    /// The growth of the patient's tumours after it.
    public let growth: PatientGrowth
}

extension Surveillance {
    /// The error of an outline by hand, as the standard deviation of its boundary, mm.
    ///
    /// Consistent with published limits of agreement for expert outlines (Cornelissen 2024).
    public static let manualBoundarySDMm = 0.13

    /// Records a reader's word on a scan, or a reader's own outline.
    ///
    /// - Parameters:
    ///   - scan: the scan's number.
    ///   - decision: what the reader says.
    ///   - reader: who.
    ///   - segmentation: which one is judged; nil for the one that counts, or the newest where all
    ///     are rejected.
    /// - Returns: what was recorded and what the tumours' curves say now.
    /// - Throws: an error of the mask or the store; then nothing was stored.
    @discardableResult
    public func review(
        scan: Int64, _ decision: ReviewDecision, reader: String, segmentation: Int64? = nil
    ) throws -> ReviewOutcome {
        let (record, patient, _) = try store.scan(scan)
        var judged: Int64?
        var outlines: [(side: Side, volumeMm3: Double)] = []
        var isChanged = true
        switch decision {
        case .accept, .reject:
            let target = try segmentationToReview(segmentation, of: scan)
            isChanged = try store.recordReview(
                entry(decision, of: target, by: reader), rule: rule)
            judged = target
        case .outline(let file, let side):
            let tumours = try outlinedTumours(file, on: record, patient: patient, side: side)
            try store.recordOutlines(
                OutlineEntry(
                    reader: reader, sourceName: (file as NSString).lastPathComponent,
                    tumours: tumours), scan: scan, rule: rule)
            outlines = tumours.compactMap { tumour in
                Side(rawValue: tumour.side).map { ($0, tumour.volume.volumeMm3) }
            }
        case .withdraw(let reason, let outline, let side):
            try store.recordWithdrawal(
                WithdrawalEntry(
                    reader: reader, reason: Self.trimmed(reason), outline: outline,
                    side: side?.rawValue), scan: scan, rule: rule)
        }
        return ReviewOutcome(
            scan: scan, patient: patient, segmentation: judged, outlines: outlines,
            isChanged: isChanged,
            findings: try store.findings(ofScan: scan).filter(\.isOpen),
            growth: try growth(of: patient))
    }

    private func entry(
        _ decision: ReviewDecision, of segmentation: Int64, by reader: String
    ) throws(StoreError) -> ReviewEntry {
        guard case .reject(let reason) = decision else {
            return ReviewEntry(segmentation: segmentation, state: .accepted, reader: reader)
        }
        let words = Self.trimmed(reason)
        try Store.checkReason(words)
        return ReviewEntry(
            segmentation: segmentation, state: .rejected, reader: reader, reason: words)
    }

    private static func trimmed(_ reason: String) -> String {
        reason.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func segmentationToReview(_ wanted: Int64?, of scan: Int64) throws -> Int64 {
        if let wanted {
            guard try store.segmentation(wanted).scanId == scan else {
                throw StoreError(
                    .invalid, subject: "segmentation \(wanted)",
                    message: "It is of another scan than \(scan).",
                    remedy: "'vsdb list segmentations' shows which scan each is of.")
            }
            return wanted
        }
        let counting = try store.currentSegmentation(ofScan: scan)?.id
        guard let found = try counting ?? store.newestSegmentation(ofScan: scan) else {
            throw StoreError(
                .unknown, subject: "scan \(scan)", message: "It has no segmentation to review.",
                remedy: "Only T2 scans are segmented; an outline can be stored with --mask.")
        }
        return found
    }

    private func outlinedTumours(
        _ file: String, on record: ScanRecord, patient: String, side: Side?
    ) throws -> [TumourEntry] {
        let scan = try store.images.volume(record.contentHash)
        let drawn = try ScanReader.read(file).volume
        let places = try store.tumourPlaces(ofPatient: patient, around: record.examDate)
        let known = places.compactMap { place in
            Side(rawValue: place.side).map { KnownTumour(side: $0, centroid: place.centroid) }
        }
        let parts = try OutlineMask(drawn, on: scan, subject: file).tumours(
            side: side, on: scan, known: known,
            isBilateral: store.patient(patient).isBilateral, subject: file)
        return parts.map { Self.entry($0.mask, side: $0.side, error: rule.error) }
    }

    /// A person's outline as a tumour to record, with the error of one drawn by hand.
    static func entry(
        _ mask: Mask, side: Side, error: MeasurementErrorModel
    ) -> TumourEntry {
        var error = error
        error.boundarySDMm = manualBoundarySDMm
        let certain = ProbabilityMap(
            shape: mask.shape, affine: mask.affine, voxels: mask.voxels.map(Float.init))
        let measurement = TumourMeasurement(of: mask, probability: certain)
        return TumourEntry(
            side: side.rawValue,
            volume: VolumeRecord(
                measurement,
                relativeSD: error.relativeSD(
                    volumeMm3: measurement.volumeMm3,
                    sliceSpacingMm: mask.affine.spacing.depth)), mask: mask)
    }
}
