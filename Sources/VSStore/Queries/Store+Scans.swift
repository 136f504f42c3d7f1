public import Foundation
import GRDB
import VSGrowth
public import VSImaging

extension Store {
    /// One scan with its patient's identifier and the NIfTI header it was read with.
    public func scan(_ id: Int64) throws -> (record: ScanRecord, patient: String, header: Data) {
        let found = try read { db -> (ScanRecord, String, Data)? in
            guard
                let row = try Row.fetchOne(
                    db,
                    sql: """
                        SELECT scan.*, patient.identifier FROM scan
                        JOIN patient ON patient.id = scan.patientId WHERE scan.id = ?
                        """,
                    arguments: [id])
            else { return nil }
            return (try ScanRecord(row: row), row["identifier"], row["header"])
        }
        guard let found else { throw Self.unknownScan(id) }
        return found
    }

    /// The segmentation of a scan that counts, never a candidate's; nil where it has none that was not
    /// rejected.
    public func currentSegmentation(ofScan id: Int64) throws -> SegmentationRecord? {
        try read {
            try SegmentationRecord.fetchOne(
                $0,
                sql: """
                    SELECT segmentation.* FROM segmentation
                    JOIN model ON model.id = segmentation.modelId
                    WHERE segmentation.scanId = ? AND model.hasServed = 1
                        AND NOT (\(Self.isRejected("segmentation.id")))
                    ORDER BY model.isActive DESC, segmentation.id DESC LIMIT 1
                    """,
                arguments: [id])
        }
    }

    /// The newest segmentation of a scan, rejected or not, but no candidate's; nil where it has none.
    public func newestSegmentation(ofScan id: Int64) throws -> Int64? {
        try read {
            try Int64.fetchOne(
                $0,
                sql: """
                    SELECT max(segmentation.id) FROM segmentation
                    JOIN model ON model.id = segmentation.modelId
                    WHERE segmentation.scanId = ? AND model.hasServed = 1
                    """, arguments: [id])
        }
    }

    /// A segmentation by its number.
    ///
    /// - Throws: ``StoreError`` with code `unknown`.
    public func segmentation(_ id: Int64) throws -> SegmentationRecord {
        let found = try read {
            try SegmentationRecord.fetchOne(
                $0, sql: "SELECT * FROM segmentation WHERE id = ?", arguments: [id])
        }
        guard let found else { throw Self.unknownSegmentation(id) }
        return found
    }

    static func unknownSegmentation(_ id: Int64) -> StoreError {
        StoreError(
            .unknown, subject: "segmentation \(id)",
            message: "No segmentation of this number is stored.",
            remedy: "'vsdb list segmentations' shows those that are.")
    }

    /// The measurements of a segmentation with their sides.
    public func volumes(
        ofSegmentation id: Int64
    ) throws -> [(side: String, volume: VolumeRecord)] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT volume.*, tumour.side FROM volume
                    JOIN tumour ON tumour.id = volume.tumourId
                    WHERE volume.segmentationId = ? ORDER BY volume.volumeMm3 DESC
                    """,
                arguments: [id]
            ).map { ($0["side"], try VolumeRecord(row: $0)) }
        }
    }

    /// The mask of one measurement: of the segmentation's tumour on that side, or a person's outline.
    ///
    /// - Throws: ``StoreError`` where the exam shows no tumour, or its mask is damaged.
    public func mask(of exam: ExamRecord, like volume: Volume) throws -> Mask {
        let part = try read { db in
            try exam.source == .model
                ? Data.fetchOne(
                    db,
                    sql: """
                        SELECT volume.mask FROM volume
                        CROSS JOIN tumour ON tumour.id = volume.tumourId
                        WHERE volume.segmentationId = ? AND tumour.side = ?
                        """, arguments: [exam.segmentationId, exam.side])
                : Data.fetchOne(
                    db,
                    sql: """
                        SELECT standingOutline.mask FROM standingOutline
                        CROSS JOIN tumour ON tumour.id = standingOutline.tumourId
                        WHERE standingOutline.scanId = ? AND tumour.side = ?
                        ORDER BY standingOutline.id DESC LIMIT 1
                        """, arguments: [exam.scanId, exam.side])
        }
        guard let part else {
            throw StoreError(
                .unknown, subject: "scan \(exam.scanId)", message: "It shows no tumour.",
                remedy: "'vsdb growth' lists the exams that do.")
        }
        return try Self.mask(part, like: volume, subject: "scan \(exam.scanId)")
    }

    /// The mask of a segmentation's tumours together, on the scan's canonical grid.
    public func mask(ofSegmentation id: Int64, like volume: Volume) throws -> Mask {
        let parts = try read {
            try Data.fetchAll(
                $0, sql: "SELECT mask FROM volume WHERE segmentationId = ?", arguments: [id])
        }
        var mask = Mask(emptyOn: volume)
        for part in parts {
            mask.formUnion(try Self.mask(part, like: volume, subject: "segmentation \(id)"))
        }
        return mask
    }

    /// A mask as the database keeps it, unpacked.
    static func mask(
        _ packed: Data, like volume: Volume, subject: String
    ) throws(StoreError) -> Mask {
        guard let bytes = Compression.inflate(packed, count: volume.shape.count) else {
            throw StoreError(
                .corrupt, subject: subject, message: "Its mask is damaged.",
                remedy: "Segment the scan again.")
        }
        return Mask(shape: volume.shape, affine: volume.affine, voxels: Array(bytes))
    }
}
