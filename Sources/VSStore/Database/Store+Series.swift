import Foundation
import GRDB

extension Store {
    /// The series that a scan was read from; nil for NIfTI.
    public func series(ofScan scan: Int64) throws -> SeriesRecord? {
        try read { db in
            guard
                let row = try Row.fetchOne(
                    db, sql: "SELECT * FROM dicomSeries WHERE scanId = ?", arguments: [scan])
            else { return nil }
            return try SeriesRecord(row)
        }
    }

    /// The scan of a patient that was read from a series, where one is registered.
    public func scan(ofSeries uid: String, patient identifier: String) throws -> Int64? {
        try read {
            try Int64.fetchOne(
                $0,
                sql: """
                    SELECT scan.id FROM dicomSeries
                    JOIN scan ON scan.id = dicomSeries.scanId
                    JOIN patient ON patient.id = scan.patientId
                    WHERE dicomSeries.seriesUid = ? AND patient.identifier = ?
                    """,
                arguments: [uid, identifier])
        }
    }

    static func insert(_ db: Database, _ series: SeriesRecord, scan: Int64) throws {
        let instances = String(
            decoding: try JSONEncoder().encode(series.instances), as: UTF8.self)
        try db.execute(
            sql: """
                INSERT INTO dicomSeries (scanId, studyUid, seriesUid, frameOfReferenceUid,
                    sopClassUid, transferSyntaxUid, instances, isPseudonymised, isLossy, dateSource,
                    description, manufacturer, scannerModel, softwareVersions, sequenceName,
                    fieldStrengthT, echoTimeMs, repetitionTimeMs, flipAngleDegrees, sliceThicknessMm,
                    sourcePatientId, studyDate, studyTime, studyId, accessionNumber)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                scan, series.studyUid, series.seriesUid, series.frameOfReferenceUid,
                series.sopClassUid, series.transferSyntaxUid, instances, series.isPseudonymised,
                series.isLossy, series.dateSource, series.description, series.manufacturer,
                series.scannerModel, series.softwareVersions, series.sequenceName,
                series.fieldStrengthT, series.echoTimeMs, series.repetitionTimeMs,
                series.flipAngleDegrees, series.sliceThicknessMm, series.sourcePatientId,
                series.studyDate, series.studyTime, series.studyId, series.accessionNumber,
            ])
    }
}

extension SeriesRecord {
    fileprivate init(_ row: Row) throws {
        let json: String = row["instances"]
        self.init(
            studyUid: row["studyUid"], seriesUid: row["seriesUid"],
            instances: try JSONDecoder().decode([Instance].self, from: Data(json.utf8)))
        frameOfReferenceUid = row["frameOfReferenceUid"]
        sopClassUid = row["sopClassUid"]
        transferSyntaxUid = row["transferSyntaxUid"]
        isPseudonymised = row["isPseudonymised"]
        isLossy = row["isLossy"]
        dateSource = row["dateSource"]
        description = row["description"]
        manufacturer = row["manufacturer"]
        scannerModel = row["scannerModel"]
        softwareVersions = row["softwareVersions"]
        sequenceName = row["sequenceName"]
        fieldStrengthT = row["fieldStrengthT"]
        echoTimeMs = row["echoTimeMs"]
        repetitionTimeMs = row["repetitionTimeMs"]
        flipAngleDegrees = row["flipAngleDegrees"]
        sliceThicknessMm = row["sliceThicknessMm"]
        sourcePatientId = row["sourcePatientId"]
        studyDate = row["studyDate"]
        studyTime = row["studyTime"]
        studyId = row["studyId"]
        accessionNumber = row["accessionNumber"]
    }
}
