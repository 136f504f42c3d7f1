import Foundation
import GRDB
public import VSGrowth
import VSImaging

extension Store {
    /// The measurements of a patient, in order of date: for every T2 scan the segmentation that
    /// counts, and for every scan and tumour the newest outline by a person.
    ///
    /// All are by one model, so that no patient shows a mixture: the active one, or, where it has none
    /// of this patient's scans, the model that segmented the patient last; never a candidate. Of a
    /// scan its newest counts; never one that was rejected. A scan without a tumour is one row without
    /// a volume. Which of the rows are compared is ``curve(_:side:treatments:allowingMixedSources:)``'s
    /// to say.
    public func exams(ofPatient identifier: String) throws -> [ExamRecord] {
        let patient = try patient(identifier)
        return try read { try Self.exams($0, patient: patient.id) }
    }

    /// SQL that is true where the last word on the segmentation of that name is a rejection.
    static func isRejected(_ segmentation: String) -> String {
        """
        coalesce((SELECT review.state FROM review WHERE review.segmentationId = \(segmentation)
            ORDER BY review.id DESC LIMIT 1), '') = 'rejected'
        """
    }

    /// The model whose segmentations of a patient, ?1, count.
    private static let seriesModelSQL = """
        SELECT made.modelId FROM scan AS own
        JOIN segmentation AS made ON made.scanId = own.id
        JOIN model ON model.id = made.modelId
        WHERE own.patientId = ?1 AND model.hasServed = 1 AND NOT (\(isRejected("made.id")))
        ORDER BY model.isActive DESC, made.id DESC LIMIT 1
        """

    package static let examsSQL = """
        SELECT scan.id AS scanId, scan.examDate, scan.sequence, scan.sliceSpacingMm,
            segmentation.id AS segmentationId,
            segmentation.modelName || ' ' || segmentation.modelVersion AS model,
            segmentation.modelSha256, tumour.side, volume.volumeMm3, volume.relativeSD,
            segmentation.highestProbability, 'model' AS source,
            repeatability.spreadSD IS NOT NULL AS hasOwnError,
            coalesce(json_extract(model.description, '$.scope.postSurgery'), 0)
                AS coversPostSurgery,
            acquisition.fieldStrengthT, acquisition.scanner, acquisition.hasContrast,
            json_extract(model.description, '$.grossErrorShare') AS grossErrorShare
        FROM standingScan AS scan
        LEFT JOIN acquisition ON acquisition.scanId = scan.id
        JOIN segmentation ON segmentation.id = (
            SELECT s.id FROM segmentation AS s
            WHERE s.scanId = scan.id AND NOT (\(isRejected("s.id")))
                AND s.modelId = coalesce(?2, (\(seriesModelSQL)))
            ORDER BY s.id DESC LIMIT 1)
        JOIN model ON model.id = segmentation.modelId
        LEFT JOIN volume ON volume.segmentationId = segmentation.id
        LEFT JOIN repeatability ON repeatability.volumeId = volume.id
        LEFT JOIN tumour ON tumour.id = volume.tumourId
        WHERE scan.patientId = ?1
        ORDER BY scan.examDate, scan.id, tumour.side
        """

    package static let outlinesSQL = """
        SELECT scan.id AS scanId, scan.examDate, scan.sequence, scan.sliceSpacingMm,
            NULL AS segmentationId, 'outline by ' || standingOutline.reader AS model,
            '' AS modelSha256, tumour.side, standingOutline.volumeMm3, standingOutline.relativeSD,
            1.0 AS highestProbability, 'manual' AS source, 0 AS hasOwnError,
            0 AS coversPostSurgery, acquisition.fieldStrengthT, acquisition.scanner,
            acquisition.hasContrast, NULL AS grossErrorShare
        FROM scan
        LEFT JOIN acquisition ON acquisition.scanId = scan.id
        CROSS JOIN standingOutline ON standingOutline.scanId = scan.id
        CROSS JOIN tumour ON tumour.id = standingOutline.tumourId
        WHERE scan.patientId = ? AND NOT EXISTS (
            SELECT 1 FROM standingOutline AS later WHERE later.scanId = standingOutline.scanId
                AND later.tumourId = standingOutline.tumourId AND later.id > standingOutline.id)
        ORDER BY scan.examDate, scan.id, tumour.side
        """

    /// A patient's measurements; by the model named instead of the one that counts where there is one.
    static func exams(
        _ db: Database, patient: Int64, model: Int64? = nil
    ) throws -> [ExamRecord] {
        // Kept prepared, as all patients are read in turn after a change of model or rule.
        let segmented = try ExamRecord.fetchAll(
            db.cachedStatement(sql: examsSQL), arguments: [patient, model])
        let outlined = try ExamRecord.fetchAll(
            db.cachedStatement(sql: outlinesSQL), arguments: [patient])
        guard !outlined.isEmpty else { return segmented }
        // Of one exam the model's row comes first.
        return (segmented + outlined).enumerated().sorted { a, b in
            let (first, second) = (a.element, b.element)
            return (first.examDate, first.scanId, first.side ?? "", a.offset)
                < (second.examDate, second.scanId, second.side ?? "", b.offset)
        }.map(\.element)
    }

    /// The treatments of a patient's tumour, in order of date.
    public func treatments(ofPatient identifier: String, side: String) throws -> [Treatment] {
        let patient = try patient(identifier)
        return try read { try Self.treatments($0, patient: patient.id, side: side) }
    }

    static func treatments(_ db: Database, patient: Int64, side: String) throws -> [Treatment] {
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT treatment.kind, treatment.treatedOn FROM treatment
                    JOIN tumour ON tumour.id = treatment.tumourId
                    WHERE tumour.patientId = ? AND tumour.side = ? ORDER BY treatment.treatedOn
                    """),
            arguments: [patient, side])
        return try rows.compactMap { row in
            guard let kind = Treatment.Kind(rawValue: row["kind"]) else { return nil }
            return Treatment(
                kind: kind, date: try row.decode(ExamDate.self, forColumn: "treatedOn"))
        }
    }

    /// The growth curve of one side from a patient's measurements, one point an exam.
    ///
    /// The last exam says which source is compared: the model's, where the model measured it and was
    /// not rejected; else the person's. Of each exam the measurement of that source is taken, and of
    /// exams that have none the other's, which the curve then leaves out and counts.
    ///
    /// - Parameters:
    ///   - exams: the patient's.
    ///   - side: the tumour's.
    ///   - treatments: the tumour's.
    ///   - allowingMixedSources: takes a person's outline of every exam that has one, for a
    ///     comparison over both sources.
    /// - Returns: the curve.
    public static func curve(
        _ exams: [ExamRecord], side: String, treatments: [Treatment],
        allowingMixedSources: Bool = false
    ) -> GrowthCurve {
        let measured = exams.filter { $0.side == side && $0.volumeMm3 != nil }
        let last = measured.last.map(\.scanId)
        let isModels = measured.contains { $0.scanId == last && $0.source == .model }
        let preferred: MeasurementSource = allowingMixedSources || !isModels ? .manual : .model
        let both = Set(measured.filter { $0.source == preferred }.map(\.scanId))
        let chosen = measured.filter { $0.source == preferred || !both.contains($0.scanId) }
        return GrowthCurve(chosen.compactMap(measurement), treatments: treatments)
    }

    private static func measurement(_ exam: ExamRecord) -> VolumeMeasurement? {
        guard let volume = exam.volumeMm3, let sd = exam.relativeSD else { return nil }
        let isManual = exam.source == .manual
        return VolumeMeasurement(
            date: exam.examDate, volumeMm3: volume, relativeSD: sd,
            model: isManual ? "manual" : "\(exam.model) \(exam.modelSha256)",
            source: exam.source, sequence: SequenceName(exam.sequence).kind,
            sliceSpacingMm: exam.sliceSpacingMm, fieldStrengthTesla: exam.fieldStrengthT,
            scanner: exam.scanner, hasContrast: exam.hasContrast, hasOwnError: exam.hasOwnError,
            coversPostSurgery: exam.coversPostSurgery, grossErrorShare: exam.grossErrorShare)
    }
}
