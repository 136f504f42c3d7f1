public import GRDB

/// A model's volume and a person's of one tumour on one scan.
public struct AgreementPair: Sendable, Hashable, Codable, FetchableRecord {
    /// The patient.
    public var identifier: String
    /// The scan.
    public var scanId: Int64
    /// The tumour's side.
    public var side: String
    /// Model name and version.
    public var model: String
    /// SHA-256 of the model's file.
    public var modelSha256: String
    /// The model's volume, mm³; nil where it did not find the tumour.
    public var modelVolumeMm3: Double?
    /// Who outlined it.
    public var reader: String
    /// The person's volume, mm³.
    public var manualVolumeMm3: Double
}

extension Store {
    /// What each model said of every tumour that a person outlined: of each the newest, whether it was
    /// rejected or not, as leaving rejections out would flatter the model.
    ///
    /// Outlines on scans that no model segmented have no pair.
    public func agreementPairs() throws -> [AgreementPair] {
        try read { try AgreementPair.fetchAll($0, sql: Self.agreementSQL) }
    }

    package static let agreementSQL = """
        SELECT patient.identifier, scan.id AS scanId, tumour.side,
            segmentation.modelName || ' ' || segmentation.modelVersion AS model,
            segmentation.modelSha256, volume.volumeMm3 AS modelVolumeMm3, standingOutline.reader,
            standingOutline.volumeMm3 AS manualVolumeMm3
        FROM standingOutline
        CROSS JOIN scan ON scan.id = standingOutline.scanId
        CROSS JOIN patient ON patient.id = scan.patientId
        CROSS JOIN tumour ON tumour.id = standingOutline.tumourId
        CROSS JOIN segmentation ON segmentation.scanId = scan.id
        LEFT JOIN volume ON volume.segmentationId = segmentation.id
            AND volume.tumourId = standingOutline.tumourId
        WHERE NOT EXISTS (
                SELECT 1 FROM standingOutline AS later WHERE later.scanId = standingOutline.scanId
                    AND later.tumourId = standingOutline.tumourId AND later.id > standingOutline.id)
            AND NOT EXISTS (
                SELECT 1 FROM segmentation AS later WHERE later.scanId = segmentation.scanId
                    AND later.modelId = segmentation.modelId AND later.id > segmentation.id)
        ORDER BY segmentation.modelId, standingOutline.id
        """
}
