import GRDB

extension Store {
    /// What readers said of a scan's segmentations, in the order they said it.
    public func reviews(ofScan scan: Int64) throws -> [ReviewRecord] {
        try read {
            try ReviewRecord.fetchAll(
                $0,
                sql: """
                    SELECT review.* FROM review
                    JOIN segmentation ON segmentation.id = review.segmentationId
                    WHERE segmentation.scanId = ? ORDER BY review.id
                    """,
                arguments: [scan])
        }
    }

    /// People's outlines on a scan in the order they were stored, also those that were taken back; of
    /// one side the last that stands counts.
    public func manualVolumes(ofScan scan: Int64) throws -> [ManualVolumeRecord] {
        try read {
            try ManualVolumeRecord.fetchAll(
                $0,
                sql: """
                    SELECT manualVolume.id, manualVolume.scanId, tumour.side, manualVolume.reader,
                        manualVolume.sourceName, manualVolume.note, manualVolume.volumeMm3,
                        manualVolume.relativeSD, manualVolume.createdAt,
                        withdrawal.reader AS withdrawnBy, withdrawal.reason AS withdrawalReason,
                        withdrawal.createdAt AS withdrawnAt
                    FROM manualVolume JOIN tumour ON tumour.id = manualVolume.tumourId
                    LEFT JOIN withdrawal ON withdrawal.manualVolumeId = manualVolume.id
                    WHERE manualVolume.scanId = ? ORDER BY manualVolume.id
                    """,
                arguments: [scan])
        }
    }

    /// The acknowledgements of a patient's flags, the newest first.
    ///
    /// - Throws: ``StoreError`` for an unknown patient.
    public func acknowledgements(
        ofPatient identifier: String
    ) throws -> [AcknowledgementRecord] {
        let patient = try patient(identifier)
        return try read {
            try AcknowledgementRecord.fetchAll(
                $0,
                sql: """
                    SELECT tumour.side, acknowledgement.reader, acknowledgement.note,
                        acknowledgement.class AS growthClass, acknowledgement.lastExam,
                        acknowledgement.createdAt, acknowledgement.endedAt
                    FROM acknowledgement JOIN tumour ON tumour.id = acknowledgement.tumourId
                    WHERE tumour.patientId = ? ORDER BY acknowledgement.id DESC
                    """,
                arguments: [patient.id])
        }
    }
}
