import Foundation
import GRDB
public import VSGrowth
import VSImaging

extension Store {
    /// Seconds that the bookkeeping of one more exam takes: the rows of scan, segmentation, volume and
    /// findings, the growth of all the patient's tumours, and the audit lines.
    ///
    /// The exam is on the day after the patient's last, its tumour as large as the last one. All of it
    /// is rolled back, so that nothing is changed and the disk's own time to sync is not in it.
    ///
    /// - Parameters:
    ///   - identifier: a patient with a measured tumour.
    ///   - rule: the growth rule.
    /// - Returns: the seconds.
    /// - Throws: ``StoreError`` for an unknown patient, or one without a measured tumour.
    public func secondsOfBookkeeping(patient identifier: String, rule: GrowthRule) throws -> Double
    {
        let patient = try patient(identifier)
        guard let last = try exams(ofPatient: identifier).last(where: { $0.segmentationId != nil }),
            let segmentation = last.segmentationId,
            let tumour = try volumes(ofSegmentation: segmentation).first,
            let model = try activeModel()
        else {
            throw StoreError(
                .invalid, subject: identifier, message: "No exam measured a tumour.",
                remedy: "Name a patient that has one.")
        }
        let record = try scan(last.scanId).record
        let scan = ScanEntry(
            patient: identifier, examDate: ExamDate(dayNumber: last.examDate.dayNumber + 1),
            sequence: record.sequence, isT2: true, contentHash: String(repeating: "f", count: 64),
            header: Data(count: 348),
            shape: .init(depth: record.depth, height: record.height, width: record.width),
            spacing: .init(
                depth: record.sliceSpacingMm, height: record.rowSpacingMm,
                width: record.columnSpacingMm), sourceName: "timing", gate: "{}")
        let entry = PreparedSegmentation(
            SegmentationEntry(
                model: model, softwareVersion: "", parameters: "{}", highestProbability: 0.9,
                dropped: "[]", seconds: 0, tumours: []),
            tumours: [.init(side: tumour.side, volume: tumour.volume, mask: Data(count: 3000))])
        return try Self.translating(location.database) {
            try writer.writeWithoutTransaction { db in
                var seconds = 0.0
                try db.inTransaction {
                    let start = ContinuousClock.now
                    let id = try Self.insert(db, scan, patient: patient.id)
                    try Self.audit(db, "register scan", subject: identifier)
                    try Self.insert(db, entry, scan: id, patient: patient.id, rule: rule)
                    seconds = (ContinuousClock.now - start) / .seconds(1)
                    return .rollback
                }
                return seconds
            }
        }
    }
}
