import Foundation
import GRDB
public import VSGrowth

extension Store {
    /// Judges a tumour's growth anew and stores the answer; without a measurement, none is kept.
    ///
    /// An acknowledgement of the tumour's flag ends where the class is another than the one that was
    /// acknowledged.
    static func refreshGrowth(_ db: Database, tumour: Int64, rule: GrowthRule) throws {
        guard
            let row = try Row.fetchOne(
                db, sql: "SELECT patientId, side FROM tumour WHERE id = ?", arguments: [tumour])
        else { return }
        try refreshGrowth(
            db, tumour: tumour, side: row["side"], patient: row["patientId"],
            exams: try exams(db, patient: row["patientId"]), rule: rule)
    }

    /// Judges all tumours of a patient anew.
    static func refreshGrowth(_ db: Database, patient: Int64, rule: GrowthRule) throws {
        let exams = try exams(db, patient: patient)
        let tumours = try Row.fetchAll(
            db, sql: "SELECT id, side FROM tumour WHERE patientId = ?", arguments: [patient])
        for row in tumours {
            try refreshGrowth(
                db, tumour: row["id"], side: row["side"], patient: patient, exams: exams,
                rule: rule)
        }
    }

    private static func refreshGrowth(
        _ db: Database, tumour: Int64, side: String, patient: Int64, exams: [ExamRecord],
        rule: GrowthRule
    ) throws {
        let curve = curve(
            exams, side: side, treatments: try treatments(db, patient: patient, side: side))
        try db.execute(sql: "DELETE FROM growth WHERE tumourId = ?", arguments: [tumour])
        guard let assessment = curve.assessment(by: rule), let last = assessment.compared.last
        else { return }
        let isAcknowledged = try keepsAcknowledgement(
            db, tumour: tumour, of: assessment.growthClass)
        let ruleId = try ruleId(db, rule)
        try db.execute(
            sql: """
                INSERT INTO growth (tumourId, class, isFlagged, isAcknowledged, isOutlier, source,
                    lastExam, percentFromBaseline, probabilityOfGrowth, volumeMm3, sentence,
                    nextExam, ruleId, updatedAt)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                tumour, assessment.growthClass.rawValue, assessment.isFlagged, isAcknowledged,
                assessment.outlier != nil, last.source.rawValue,
                last.date, assessment.againstBaseline?.percent,
                assessment.againstBaseline?.probabilityOfGrowth, last.volumeMm3,
                assessment.sentence, assessment.nextExam, ruleId, Instant.now(),
            ])
        try keepAnswer(db, tumour: tumour, assessment, of: last, ruleId: ruleId)
    }

    /// Whether the flag's acknowledgement still holds; ends the one of another class.
    private static func keepsAcknowledgement(
        _ db: Database, tumour: Int64, of growthClass: GrowthClass
    ) throws -> Bool {
        try db.execute(
            sql: """
                UPDATE acknowledgement SET endedAt = ?
                WHERE tumourId = ? AND endedAt IS NULL AND class <> ?
                """,
            arguments: [Instant.now(), tumour, growthClass.rawValue])
        return try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (
                    SELECT 1 FROM acknowledgement WHERE tumourId = ? AND endedAt IS NULL)
                """,
            arguments: [tumour]) ?? false
    }

    /// Judges every tumour anew, after the active model or the rule changed.
    public func refreshAllGrowth(rule: GrowthRule) throws {
        try write { try Self.refreshAllGrowth($0, rule: rule) }
    }

    static func refreshAllGrowth(_ db: Database, rule: GrowthRule) throws {
        for patient in try Int64.fetchAll(db, sql: "SELECT id FROM patient") {
            try refreshGrowth(db, patient: patient, rule: rule)
        }
    }
}
