import VSGrowth
public import VSStore

extension TextTable {
    /// Tumours of a worklist; `day` is the column the list is sorted by.
    public init(_ tumours: [FlagRecord], withSentence isForPrograms: Bool) {
        var columns: [TextTable.Column] = [
            .init("patient", key: "patient"), .init("side", key: "side"),
            .init("class", key: "class"), .init("last exam", key: "lastExam"),
            .init("volume mm³", key: "volumeMm3", .right),
            .init("baseline %", key: "percentFromBaseline", .right),
            .init("P(growth)", key: "probabilityOfGrowth", .right),
            .init("next exam", key: "nextExam"), .init("acknowledged", key: "isAcknowledged"),
        ]
        // A sentence is too long for a line of a table.
        if isForPrograms { columns.append(.init("finding", key: "sentence", .prose)) }
        self.init(columns)
        for tumour in tumours {
            var row: [TextTable.Value] = [
                .text(tumour.identifier), .text(tumour.side), .text(tumour.growthClass),
                .text(tumour.lastExam.iso),
                .number(tumour.volumeMm3, NumberText.volume(tumour.volumeMm3)),
                tumour.percentFromBaseline.map { .number($0, NumberText.percent($0)) } ?? .none,
                tumour.probabilityOfGrowth.map { .number($0, NumberText.probability($0)) }
                    ?? .none,
                tumour.nextExam.map { .text($0.iso) } ?? .none, .flag(tumour.isAcknowledged),
            ]
            if isForPrograms { row.append(.text(tumour.sentence)) }
            add(row)
        }
    }

    /// Findings.
    public init(_ findings: [FindingRecord]) {
        self.init([
            .init("finding", key: "finding", .right), .init("scan", key: "scan", .right),
            .init("patient", key: "patient"), .init("date", key: "examDate"),
            .init("kind", key: "kind"), .init("side", key: "side"),
            .init("what was found", key: "sentence", .prose),
        ])
        for finding in findings {
            add([
                .integer(Int(finding.id)), .integer(Int(finding.scanId)),
                .text(finding.identifier), .text(finding.examDate.iso),
                .text(finding.kind.rawValue), .text(finding.side), .text(finding.sentence),
            ])
        }
    }
}
