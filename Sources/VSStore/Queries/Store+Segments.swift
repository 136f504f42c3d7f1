import Foundation
import GRDB
public import VSImaging

/// One tumour of a segmentation, or a person's outline of one, with its voxels.
public struct StoredSegment: Sendable {
    /// The side.
    public let side: String
    /// The UUID that names the tumour for life.
    public let trackingUid: String
    /// What was measured.
    public let volume: VolumeRecord
    /// Its voxels, on the scan's canonical grid.
    public let mask: Mask
}

extension Store {
    /// The tumours of a segmentation, left before right.
    ///
    /// - Throws: ``StoreError`` where a mask is damaged.
    public func segments(
        ofSegmentation id: Int64, like volume: Volume
    ) throws -> [StoredSegment] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT volume.*, tumour.side, tumour.trackingUid FROM volume
                    JOIN tumour ON tumour.id = volume.tumourId
                    WHERE volume.segmentationId = ? ORDER BY tumour.side
                    """,
                arguments: [id]
            ).map { row in
                StoredSegment(
                    side: row["side"], trackingUid: row["trackingUid"],
                    volume: try VolumeRecord(row: row),
                    mask: try Self.mask(
                        row["mask"], like: volume, subject: "segmentation \(id)"))
            }
        }
    }

    /// A person's outline of one tumour.
    ///
    /// - Parameters:
    ///   - outline: its record, as ``manualVolumes(ofScan:)`` lists it.
    ///   - volume: the scan's voxels.
    /// - Returns: its voxels and sizes; an outline's every voxel is certain.
    /// - Throws: ``StoreError`` where it is gone or its mask is damaged.
    public func segment(of outline: ManualVolumeRecord, like volume: Volume) throws -> StoredSegment
    {
        let subject = "outline \(outline.id)"
        return try read { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT manualVolume.*, 0 AS segmentationId, 1 AS peakProbability,
                        manualVolume.volumeMm3 AS softVolumeMm3, tumour.side, tumour.trackingUid
                    FROM manualVolume JOIN tumour ON tumour.id = manualVolume.tumourId
                    WHERE manualVolume.id = ?
                    """, arguments: [outline.id])
            guard let row else {
                throw StoreError(
                    .unknown, subject: subject, message: "It is in the store no more.",
                    remedy: "'vsdb show scan \(outline.scanId)' lists the outlines there are.")
            }
            return StoredSegment(
                side: row["side"], trackingUid: row["trackingUid"],
                volume: try VolumeRecord(row: row),
                mask: try Self.mask(row["mask"], like: volume, subject: subject))
        }
    }
}
