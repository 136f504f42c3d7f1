import Foundation
import GRDB
public import VSGrowth

extension Store {
    /// Adds the answer of a tumour where it says something else than the last one did.
    static func keepAnswer(
        _ db: Database, tumour: Int64, _ assessment: GrowthAssessment, of last: VolumeMeasurement,
        ruleId: Int64
    ) throws {
        let values: StatementArguments = [
            tumour, ruleId, assessment.growthClass.rawValue, assessment.isFlagged, last.model,
            last.date, assessment.againstBaseline?.percent,
            assessment.againstBaseline?.probabilityOfGrowth, last.volumeMm3, assessment.sentence,
            assessment.nextExam,
        ]
        let isKnown = try Bool.fetchOne(
            db,
            sql: """
                SELECT (tumourId, ruleId, class, isFlagged, model, lastExam, percentFromBaseline,
                    probabilityOfGrowth, volumeMm3, sentence, nextExam)
                    IS (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                FROM growthAnswer WHERE tumourId = ? ORDER BY id DESC LIMIT 1
                """,
            arguments: values + [tumour])
        if isKnown == true { return }
        try db.execute(
            sql: """
                INSERT INTO growthAnswer (tumourId, ruleId, class, isFlagged, model, lastExam,
                    percentFromBaseline, probabilityOfGrowth, volumeMm3, sentence, nextExam,
                    createdAt)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: values + [Instant.now()])
    }

    /// Every answer that was given of a patient's tumours, the oldest first.
    ///
    /// - Throws: `StoreError` for an unknown patient.
    public func answers(ofPatient identifier: String) throws -> [AnswerRecord] {
        try read { db in
            let patient = try Self.patientID(db, identifier, creating: false).id
            return try AnswerRecord.fetchAll(
                db,
                sql: """
                    SELECT growthAnswer.createdAt, tumour.side, growthAnswer.class AS growthClass,
                        growthAnswer.isFlagged, growthAnswer.model, growthAnswer.lastExam,
                        growthAnswer.percentFromBaseline, growthAnswer.probabilityOfGrowth,
                        growthAnswer.volumeMm3, growthAnswer.sentence, growthAnswer.nextExam,
                        growthAnswer.ruleId
                    FROM tumour CROSS JOIN growthAnswer ON growthAnswer.tumourId = tumour.id
                    WHERE tumour.patientId = ? ORDER BY growthAnswer.id
                    """, arguments: [patient])
        }
    }

    /// The rule by which a patient's tumours were last judged on a day or before; nil where none was.
    public func rule(ofPatient identifier: String, on day: ExamDate) throws -> GrowthRule? {
        let content = try read { db in
            let patient = try Self.patientID(db, identifier, creating: false).id
            return try String.fetchOne(
                db,
                sql: """
                    SELECT growthRule.content
                    FROM tumour CROSS JOIN growthAnswer ON growthAnswer.tumourId = tumour.id
                    CROSS JOIN growthRule ON growthRule.id = growthAnswer.ruleId
                    WHERE tumour.patientId = ? AND substr(growthAnswer.createdAt, 1, 10) <= ?
                    ORDER BY growthAnswer.id DESC LIMIT 1
                    """, arguments: [patient, day])
        }
        return try content.map { try JSONDecoder().decode(GrowthRule.self, from: Data($0.utf8)) }
    }
}
