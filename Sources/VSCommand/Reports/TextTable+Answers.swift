import VSGrowth
import VSReport
import VSStore

extension TextTable {
    /// Answers that were given of a patient's tumours.
    init(_ answers: [AnswerRecord], withSentence isForPrograms: Bool) {
        var columns: [TextTable.Column] = [
            .init("answered", key: "createdAt"), .init("side", key: "side"),
            .init("class", key: "class"), .init("flagged", key: "isFlagged"),
            .init("last exam", key: "lastExam"), .init("volume mm³", key: "volumeMm3", .right),
            .init("baseline %", key: "percentFromBaseline", .right),
            .init("P(growth)", key: "probabilityOfGrowth", .right),
            .init("next exam", key: "nextExam"), .init("rule", key: "rule", .right),
        ]
        // A sentence, and a model with its hash, are too long for a line of a table.
        if isForPrograms {
            columns += [.init("model", key: "model"), .init("finding", key: "sentence")]
        }
        self.init(columns)
        for answer in answers {
            var row: [TextTable.Value] = [
                .text(answer.createdAt), .text(answer.side), .text(answer.growthClass),
                .flag(answer.isFlagged), .text(answer.lastExam.iso), .volume(answer.volumeMm3),
                answer.percentFromBaseline.map { .number($0, NumberText.percent($0)) } ?? .none,
                answer.probabilityOfGrowth.map { .number($0, NumberText.probability($0)) }
                    ?? .none,
                answer.nextExam.map { .text($0.iso) } ?? .none, .integer(Int(answer.ruleId)),
            ]
            if isForPrograms { row += [.text(answer.model), .text(answer.sentence)] }
            add(row)
        }
    }
}
