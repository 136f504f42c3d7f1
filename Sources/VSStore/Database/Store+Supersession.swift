import Foundation
import GRDB

/// Scans whose series came again with more images.
extension Store {
    /// The scan that counts in place of one; nil where it counts itself.
    public func successor(ofScan scan: Int64) throws -> Int64? {
        try read {
            try Int64.fetchOne(
                $0, sql: "SELECT byScanId FROM supersession WHERE scanId = ?", arguments: [scan])
        }
    }

    /// A patient's scan of a series that counts and holds all of these images and more; nil where
    /// there is none.
    ///
    /// - Parameters:
    ///   - series: the images.
    ///   - identifier: the patient's.
    ///   - isT2: whether only a T2 scan is meant.
    /// - Returns: the scan's row.
    /// - Throws: ``StoreError`` where the store cannot be read.
    public func fullerScan(
        than series: SeriesRecord, patient identifier: String, isT2: Bool
    ) throws -> Int64? {
        try read { db in
            guard
                let patient = try Int64.fetchOne(
                    db, sql: "SELECT id FROM patient WHERE identifier = ?", arguments: [identifier])
            else { return nil }
            let images = Set(series.instances)
            return try Self.siblings(db, series, patient: patient)
                .first { images.isStrictSubset(of: $0.images) && ($0.isT2 || !isT2) }?.scan
        }
    }

    /// Takes scans of the same series that lack images of a new one out of what counts; jobs that wait
    /// for them end, and their results are sent to no archive any more.
    ///
    /// - Returns: those scans, ascending.
    static func supersede(
        _ db: Database, byScan id: Int64, _ entry: ScanEntry, patient: Int64
    ) throws -> [Int64] {
        guard let series = entry.series else { return [] }
        let images = Set(series.instances)
        let lacking = try siblings(db, series, patient: patient).filter {
            // What is not segmented takes no exam's place.
            $0.images.isStrictSubset(of: images) && (entry.isT2 || !$0.isT2)
        }.map(\.scan)
        for scan in lacking {
            try db.execute(
                sql: "INSERT INTO supersession (scanId, byScanId, createdAt) VALUES (?, ?, ?)",
                arguments: [scan, id, Instant.now()])
            let jobs = try Int64.fetchAll(
                db, sql: "SELECT id FROM job WHERE scanId = ? AND state = 'waiting'",
                arguments: [scan])
            for job in jobs {
                try end(db, job: job, .cancelled, "Scan \(id) holds more images of its series.")
            }
            try audit(
                db, "supersede scan", subject: "scan \(scan)",
                detail: "scan \(id) holds more images of its series")
        }
        return lacking
    }

    /// A patient's scans of a series that count, with their images, ascending.
    private static func siblings(
        _ db: Database, _ series: SeriesRecord, patient: Int64
    ) throws -> [(scan: Int64, isT2: Bool, images: Set<SeriesRecord.Instance>)] {
        try Row.fetchAll(db, sql: siblingsSQL, arguments: [series.seriesUid, patient]).map { row in
            let json: String = row["instances"]
            let images = try JSONDecoder().decode(
                [SeriesRecord.Instance].self, from: Data(json.utf8))
            return (row["id"], row["isT2"], Set(images))
        }
    }

    package static let siblingsSQL = """
        SELECT scan.id, scan.isT2, dicomSeries.instances FROM dicomSeries
        CROSS JOIN standingScan AS scan ON scan.id = dicomSeries.scanId
        WHERE dicomSeries.seriesUid = ? AND scan.patientId = ? ORDER BY scan.id
        """
}
