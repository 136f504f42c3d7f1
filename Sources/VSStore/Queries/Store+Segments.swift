import Foundation
import GRDB
public import VSImaging

/// One tumour of a segmentation, with its voxels.
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
}
