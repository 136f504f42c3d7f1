import GRDB
public import VSGrowth

extension Store {
    /// Where a patient's tumours were measured last, each at the exam nearest in time, or, where no model
    /// measured it, outlined; what a reader rejected or withdrew or only a candidate model said does not
    /// count.
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
        SELECT tumour.side, coalesce(last.centroidXMm, drawn.centroidXMm) AS centroidXMm,
            coalesce(last.centroidYMm, drawn.centroidYMm) AS centroidYMm,
            coalesce(last.centroidZMm, drawn.centroidZMm) AS centroidZMm
        FROM tumour JOIN patient ON patient.id = tumour.patientId
        LEFT JOIN volume AS last ON last.id = (
            SELECT volume.id FROM volume
            JOIN segmentation ON segmentation.id = volume.segmentationId
            JOIN standingScan AS scan ON scan.id = segmentation.scanId
            JOIN model ON model.id = segmentation.modelId
            WHERE volume.tumourId = tumour.id AND scan.id IS NOT ?3 AND model.hasServed = 1
                AND NOT (\(isRejected("segmentation.id")))
            ORDER BY abs(julianday(scan.examDate) - julianday(?2)), segmentation.id DESC LIMIT 1)
        LEFT JOIN manualVolume AS drawn ON drawn.id = (
            SELECT standingOutline.id FROM standingOutline
            JOIN scan ON scan.id = standingOutline.scanId
            WHERE standingOutline.tumourId = tumour.id AND scan.id IS NOT ?3
            ORDER BY abs(julianday(scan.examDate) - julianday(?2)), standingOutline.id DESC LIMIT 1)
        WHERE patient.identifier = ?1 AND NOT (\(isCandidate)) ORDER BY tumour.side
        """

    /// SQL that is true of a `tumour` that only a model that never served has seen, or whose outlines
    /// were all taken back.
    static let isCandidate = """
        (EXISTS (SELECT 1 FROM volume WHERE volume.tumourId = tumour.id)
                OR EXISTS (SELECT 1 FROM manualVolume WHERE manualVolume.tumourId = tumour.id))
            AND NOT EXISTS (SELECT 1 FROM volume
                JOIN segmentation ON segmentation.id = volume.segmentationId
                JOIN model ON model.id = segmentation.modelId
                WHERE volume.tumourId = tumour.id AND model.hasServed = 1)
            AND NOT EXISTS (SELECT 1 FROM treatment WHERE treatment.tumourId = tumour.id)
            AND NOT EXISTS (
                SELECT 1 FROM standingOutline WHERE standingOutline.tumourId = tumour.id)
        """
}
