import Foundation
import GRDB
public import VSGrowth

extension Store {
    /// The exams of a patient, in order of date: for every T2 scan the segmentation that counts.
    ///
    /// That is the newest by the active model, or, where it has none of this scan, the newest by any;
    /// never one that a reader rejected. A scan without a tumour is one row without a volume.
    public func exams(ofPatient identifier: String) throws -> [ExamRecord] {
        let patient = try patient(identifier)
        return try read { try Self.exams($0, patient: patient.id) }
    }

    package static let examsSQL = """
        SELECT scan.id AS scanId, scan.examDate, scan.sequence, scan.sliceSpacingMm,
            segmentation.id AS segmentationId,
            segmentation.modelName || ' ' || segmentation.modelVersion AS model,
            segmentation.modelSha256, tumour.side, volume.volumeMm3, volume.relativeSD,
            segmentation.highestProbability
        FROM scan
        JOIN segmentation ON segmentation.id = (
            SELECT s.id FROM segmentation AS s JOIN model ON model.id = s.modelId
            WHERE s.scanId = scan.id AND NOT EXISTS (
                SELECT 1 FROM review WHERE review.segmentationId = s.id
                    AND review.state = 'rejected')
            ORDER BY model.isActive DESC, s.id DESC LIMIT 1)
        LEFT JOIN volume ON volume.segmentationId = segmentation.id
        LEFT JOIN tumour ON tumour.id = volume.tumourId
        WHERE scan.patientId = ?
        ORDER BY scan.examDate, scan.id, tumour.side
        """

    static func exams(_ db: Database, patient: Int64) throws -> [ExamRecord] {
        try ExamRecord.fetchAll(db, sql: examsSQL, arguments: [patient])
    }

    /// The treatments of a patient's tumour, in order of date.
    public func treatments(ofPatient identifier: String, side: String) throws -> [Treatment] {
        let patient = try patient(identifier)
        return try read { try Self.treatments($0, patient: patient.id, side: side) }
    }

    static func treatments(_ db: Database, patient: Int64, side: String) throws -> [Treatment] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT treatment.kind, treatment.treatedOn FROM treatment
                JOIN tumour ON tumour.id = treatment.tumourId
                WHERE tumour.patientId = ? AND tumour.side = ? ORDER BY treatment.treatedOn
                """,
            arguments: [patient, side])
        return try rows.compactMap { row in
            guard let kind = Treatment.Kind(rawValue: row["kind"]) else { return nil }
            return Treatment(
                kind: kind, date: try row.decode(ExamDate.self, forColumn: "treatedOn"))
        }
    }

    /// The growth curve of one side from a patient's exams.
    public static func curve(
        _ exams: [ExamRecord], side: String, treatments: [Treatment]
    ) -> GrowthCurve {
        let measurements = exams.compactMap { exam -> VolumeMeasurement? in
            guard exam.side == side, let volume = exam.volumeMm3, let sd = exam.relativeSD else {
                return nil
            }
            return VolumeMeasurement(
                date: exam.examDate, volumeMm3: volume, relativeSD: sd,
                model: "\(exam.model) \(exam.modelSha256)", sequence: exam.sequence,
                sliceSpacingMm: exam.sliceSpacingMm)
        }
        return GrowthCurve(measurements, treatments: treatments)
    }

    /// Where a patient's tumours were measured last, each at the exam nearest in time; what a reader
    /// rejected does not count.
    ///
    /// - Parameters:
    ///   - identifier: the patient's.
    ///   - date: the exam the answer is for.
    ///   - scan: a scan whose own measurements are left out.
    /// - Returns: the side and the centre, mm LPS; the centre is nil where the tumour was never
    ///   measured.
    /// - Throws: ``StoreError`` where the store cannot be read.
    public func tumourPlaces(
        ofPatient identifier: String, around date: ExamDate, without scan: Int64? = nil
    ) throws -> [(side: String, centroid: SIMD3<Double>?)] {
        try read { db in
            try Row.fetchAll(db, sql: Self.placesSQL, arguments: [identifier, date, scan]).map {
                row in
                let x: Double? = row["centroidXMm"]
                let centre = x.map { SIMD3($0, row["centroidYMm"], row["centroidZMm"]) }
                return (row["side"], centre)
            }
        }
    }

    package static let placesSQL = """
        SELECT tumour.side, last.centroidXMm, last.centroidYMm, last.centroidZMm
        FROM tumour JOIN patient ON patient.id = tumour.patientId
        LEFT JOIN volume AS last ON last.id = (
            SELECT volume.id FROM volume
            JOIN segmentation ON segmentation.id = volume.segmentationId
            JOIN scan ON scan.id = segmentation.scanId
            WHERE volume.tumourId = tumour.id AND scan.id IS NOT ?3
                AND coalesce((SELECT review.state FROM review
                    WHERE review.segmentationId = segmentation.id
                    ORDER BY review.id DESC LIMIT 1), '') <> 'rejected'
            ORDER BY abs(julianday(scan.examDate) - julianday(?2)), segmentation.id DESC LIMIT 1)
        WHERE patient.identifier = ?1 ORDER BY tumour.side
        """

    /// Judges a tumour's growth anew and stores the answer; without a measurement, none is kept.
    static func refreshGrowth(_ db: Database, tumour: Int64, rule: GrowthRule) throws {
        guard
            let row = try Row.fetchOne(
                db, sql: "SELECT patientId, side FROM tumour WHERE id = ?", arguments: [tumour])
        else { return }
        let patient: Int64 = row["patientId"]
        let side: String = row["side"]
        let curve = curve(
            try exams(db, patient: patient), side: side,
            treatments: try treatments(db, patient: patient, side: side))
        try db.execute(sql: "DELETE FROM growth WHERE tumourId = ?", arguments: [tumour])
        guard let assessment = curve.assessment(by: rule), let last = assessment.compared.last
        else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        try db.execute(
            sql: """
                INSERT INTO growth (tumourId, class, isFlagged, lastExam, percentFromBaseline,
                    probabilityOfGrowth, volumeMm3, sentence, nextExam, rule, updatedAt)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                tumour, assessment.growthClass.rawValue, assessment.isFlagged, last.date,
                assessment.againstBaseline?.percent,
                assessment.againstBaseline?.probabilityOfGrowth, last.volumeMm3,
                assessment.sentence, assessment.nextExam,
                String(decoding: try encoder.encode(rule), as: UTF8.self), Instant.now(),
            ])
    }

    /// Judges every tumour anew, after the active model or the rule changed.
    public func refreshAllGrowth(rule: GrowthRule) throws {
        try write { try Self.refreshAllGrowth($0, rule: rule) }
    }

    static func refreshAllGrowth(_ db: Database, rule: GrowthRule) throws {
        for tumour in try Int64.fetchAll(db, sql: "SELECT id FROM tumour") {
            try refreshGrowth(db, tumour: tumour, rule: rule)
        }
    }

    /// The flagged tumours, the newest exam first.
    public func flagged() throws -> [FlagRecord] {
        try read { try FlagRecord.fetchAll($0, sql: Self.flaggedSQL) }
    }

    package static let flaggedSQL = """
        SELECT patient.identifier, tumour.side, growth.class AS growthClass, growth.lastExam,
            growth.volumeMm3, growth.percentFromBaseline, growth.probabilityOfGrowth,
            growth.sentence
        FROM growth
        JOIN tumour ON tumour.id = growth.tumourId
        JOIN patient ON patient.id = tumour.patientId
        WHERE growth.isFlagged = 1
        ORDER BY growth.lastExam DESC, patient.identifier
        """
}
