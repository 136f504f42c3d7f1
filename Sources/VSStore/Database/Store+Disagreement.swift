import Foundation
import GRDB

/// Readers who say different things of one scan.
extension Store {
    /// Records that the readers' last words on a segmentation differ.
    static func noteDisagreement(
        _ db: Database, ofSegmentation segmentation: Int64, scan: Int64
    ) throws {
        let words = try Row.fetchAll(
            db,
            sql: """
                SELECT reader, state FROM review WHERE id IN (
                    SELECT max(id) FROM review WHERE segmentationId = ? GROUP BY reader)
                ORDER BY id
                """,
            arguments: [segmentation])
        let states = Set(words.map { $0["state"] as String })
        guard states.count > 1 else { return }
        let sides = try String.fetchAll(
            db,
            sql: """
                SELECT tumour.side FROM volume JOIN tumour ON tumour.id = volume.tumourId
                WHERE volume.segmentationId = ? ORDER BY volume.volumeMm3 DESC
                """,
            arguments: [segmentation])
        let said = words.map { "\($0["state"] as String) by \($0["reader"] as String)" }
        try insert(
            db, .readersDisagree, side: sides.first ?? "left",
            "Segmentation \(segmentation) is \(said.joined(separator: ", ")); the last word counts.",
            scan: scan)
    }

    /// Records that an outline's volume differs from another reader's beyond their errors.
    static func noteDisagreement(
        _ db: Database, ofOutline row: Int64, side: String, scan: Int64
    ) throws {
        let outlines = try Row.fetchAll(
            db,
            sql: """
                SELECT reader, volumeMm3, relativeSD FROM standingOutline WHERE id IN (
                    SELECT max(id) FROM standingOutline WHERE scanId = ?1 AND tumourId = (
                        SELECT tumourId FROM standingOutline WHERE id = ?2) GROUP BY reader)
                ORDER BY id
                """,
            arguments: [scan, row])
        guard let last = outlines.last else { return }
        let other = outlines.dropLast().first { differs($0, last) }
        guard let other else { return }
        let texts = [other, last].map { outline in
            let volume: Double = outline["volumeMm3"]
            return "\(Int(volume.rounded())) mm³ by \(outline["reader"] as String)"
        }
        try insert(
            db, .readersDisagree, side: side,
            "The outlines on the \(side) differ beyond their errors: "
                + "\(texts.joined(separator: ", ")); the last one counts.", scan: scan)
    }

    private static func differs(_ a: Row, _ b: Row) -> Bool {
        let (first, second): (Double, Double) = (a["volumeMm3"], b["volumeMm3"])
        let (sd1, sd2): (Double, Double) = (a["relativeSD"], b["relativeSD"])
        return abs(log(first / second)) > 1.96 * (sd1 * sd1 + sd2 * sd2).squareRoot()
    }
}
