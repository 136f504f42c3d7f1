import GRDB
import VSGrowth

/// Identity of tumours over time: what an exam showed that is no number.
extension Store {
    /// A tumour further than this from its place at the exam before is pointed out, mm.
    ///
    /// Exams are not registered to each other, and heads lie some centimetres apart in the scanner's
    /// coordinates; less would point out most exams of the same head.
    static let usualShiftMm = 50.0

    /// Compares a new segmentation's tumours with those of earlier exams and records what differs.
    ///
    /// Findings of the scan's earlier segmentations are closed, as this one takes their place.
    static func noteFindings(
        _ db: Database, _ prepared: PreparedSegmentation, scan: Int64, patient: Int64
    ) throws {
        try closeFindings(db, scan: scan)
        guard
            let date = try ExamDate.fetchOne(
                db, sql: "SELECT examDate FROM scan WHERE id = ?", arguments: [scan])
        else { return }
        let places = try earlierPlaces(db, patient: patient, until: date, except: scan)
        let isFirst = try Bool.fetchOne(
            db, sql: "SELECT NOT EXISTS (\(earlierExamsSQL))", arguments: [patient, date, scan])
        if isFirst != true || !places.isEmpty {
            for (kind, side, sentence) in identityFindings(prepared.tumours, places) {
                try insert(db, kind, side: side, sentence, scan: scan)
            }
        }
        try noteComponents(db, prepared.entry.otherComponents, scan: scan, patient: patient)
    }

    /// Where a tumour was at the last exam before, and whether surgery followed.
    private struct EarlierPlace {
        let side: String
        let date: ExamDate
        let centroid: SIMD3<Double>
        let isOperated: Bool

        init(_ row: Row) {
            side = row["side"]
            date = row["examDate"]
            centroid = SIMD3(row["centroidXMm"], row["centroidYMm"], row["centroidZMm"])
            isOperated = row["isOperated"]
        }
    }

    /// Where each of a patient's tumours was at the last exam before, by a model or by a person; of one
    /// day the model's.
    private static func earlierPlaces(
        _ db: Database, patient: Int64, until date: ExamDate, except scan: Int64
    ) throws -> [EarlierPlace] {
        let arguments: StatementArguments = [patient, date, scan]
        let measured = try Row.fetchAll(db, sql: earlierSQL, arguments: arguments)
            .map { EarlierPlace($0) }
        let outlined = try Row.fetchAll(db, sql: earlierOutlinesSQL, arguments: arguments)
            .map { EarlierPlace($0) }
        return Dictionary(grouping: measured + outlined, by: \.side).values
            // The first of the latest: a stable order keeps the model's before the person's.
            .compactMap { places in
                places.dropFirst().reduce(places.first) { last, next in
                    last.map { $0.date < next.date ? next : $0 }
                }
            }
            .sorted { $0.side < $1.side }
    }

    private static let placeColumns = """
        tumour.side, earlierScan.examDate, last.centroidXMm, last.centroidYMm, last.centroidZMm,
            EXISTS (SELECT 1 FROM treatment WHERE treatment.tumourId = tumour.id
                AND treatment.kind = 'surgery' AND treatment.treatedOn <= ?2) AS isOperated
        """

    /// The last measurement of each of a patient's tumours before an exam.
    package static let earlierSQL = """
        SELECT \(placeColumns)
        FROM tumour
        CROSS JOIN volume AS last ON last.id = (
            SELECT volume.id FROM volume
            JOIN segmentation ON segmentation.id = volume.segmentationId
            JOIN standingScan AS scan ON scan.id = segmentation.scanId
            JOIN model ON model.id = segmentation.modelId
            WHERE volume.tumourId = tumour.id AND scan.id <> ?3 AND scan.examDate <= ?2
                AND model.hasServed = 1
                AND NOT (\(isRejected("segmentation.id")))
            ORDER BY scan.examDate DESC, segmentation.id DESC LIMIT 1)
        CROSS JOIN segmentation ON segmentation.id = last.segmentationId
        CROSS JOIN scan AS earlierScan ON earlierScan.id = segmentation.scanId
        WHERE tumour.patientId = ?1 ORDER BY tumour.side
        """

    /// The last outline of each of a patient's tumours before an exam.
    package static let earlierOutlinesSQL = """
        SELECT \(placeColumns)
        FROM tumour
        CROSS JOIN manualVolume AS last ON last.id = (
            SELECT standingOutline.id FROM standingOutline
            JOIN scan ON scan.id = standingOutline.scanId
            WHERE standingOutline.tumourId = tumour.id AND scan.id <> ?3 AND scan.examDate <= ?2
            ORDER BY scan.examDate DESC, standingOutline.id DESC LIMIT 1)
        CROSS JOIN scan AS earlierScan ON earlierScan.id = last.scanId
        WHERE tumour.patientId = ?1 ORDER BY tumour.side
        """

    private static let earlierExamsSQL = """
        SELECT 1 FROM standingScan AS scan JOIN segmentation ON segmentation.scanId = scan.id
        JOIN model ON model.id = segmentation.modelId
        WHERE scan.patientId = ? AND scan.examDate <= ? AND scan.id <> ? AND model.hasServed = 1
        """

    private static func identityFindings(
        _ tumours: [PreparedTumour], _ earlier: [EarlierPlace]
    ) -> [(FindingRecord.Kind, side: String, String)] {
        let known = Set(earlier.map(\.side))
        let seen = Set(tumours.map(\.side))
        let isOtherSide = known.count == 1 && seen.count == 1 && known != seen
        if isOtherSide, let here = tumours.first, let there = earlier.first, !there.isOperated {
            return [
                (
                    .otherSide, here.side,
                    "The tumour is on the \(here.side); on \(there.date.iso) it was on the "
                        + "\(there.side). Check the scan's orientation and the patient."
                )
            ]
        }
        let appeared = tumours.filter { !known.contains($0.side) }.map {
            (
                FindingRecord.Kind.newTumour, side: $0.side,
                "A tumour on the \($0.side), where earlier exams found none."
            )
        }
        let gone = earlier.filter { !seen.contains($0.side) && !$0.isOperated }.map {
            (
                FindingRecord.Kind.vanished, side: $0.side,
                "The tumour on the \($0.side), measured on \($0.date.iso), was not found."
            )
        }
        return appeared + gone + moved(tumours, earlier)
    }

    private static func moved(
        _ tumours: [PreparedTumour], _ earlier: [EarlierPlace]
    ) -> [(FindingRecord.Kind, side: String, String)] {
        tumours.compactMap { tumour in
            guard let before = earlier.first(where: { $0.side == tumour.side }) else { return nil }
            let v = tumour.volume
            let offset = SIMD3(v.centroidXMm, v.centroidYMm, v.centroidZMm) - before.centroid
            let distance = (offset * offset).sum().squareRoot()
            guard distance > usualShiftMm else { return nil }
            return (
                .moved, tumour.side,
                "The tumour on the \(tumour.side) lies \(Int(distance.rounded())) mm from its "
                    + "place of \(before.date.iso): another position of the head, or another thing."
            )
        }
    }

    /// Components that are not measured, each side once for a patient.
    private static func noteComponents(
        _ db: Database, _ components: [OtherComponent], scan: Int64, patient: Int64
    ) throws {
        for component in components {
            let isKnown = try Bool.fetchOne(
                db,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM scan JOIN finding ON finding.scanId = scan.id
                        WHERE scan.patientId = ? AND scan.id <> ?
                            AND finding.kind = 'new-component' AND finding.side = ?)
                    """,
                arguments: [patient, scan, component.side])
            if isKnown == true { continue }
            try insert(
                db, .newComponent, side: component.side,
                "A further component of \(Int(component.volumeMm3.rounded())) mm³ on the "
                    + "\(component.side) is not measured.", scan: scan)
        }
    }

    static func insert(
        _ db: Database, _ kind: FindingRecord.Kind, side: String, _ sentence: String, scan: Int64
    ) throws {
        try db.execute(
            sql: """
                INSERT INTO finding (scanId, kind, side, sentence, isOpen, createdAt)
                VALUES (?, ?, ?, ?, 1, ?)
                """,
            arguments: [scan, kind.rawValue, side, sentence, Instant.now()])
    }

    /// Closes a scan's findings: somebody looked, or the scan was segmented again.
    static func closeFindings(_ db: Database, scan: Int64) throws {
        try db.execute(sql: closingSQL, arguments: [scan])
    }

    // The plus keeps SQLite from walking all open findings in place of the scan's few.
    package static let closingSQL =
        "UPDATE finding SET isOpen = 0 WHERE scanId = ? AND +isOpen = 1"
}
