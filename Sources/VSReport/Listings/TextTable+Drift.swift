import VSGrowth
public import VSStore
public import VSSurveillance

/// How a new model differs from the one before, as `vsdb campaign report` and the pages list it.
extension TextTable {
    /// Bias and limits of agreement, all volumes first, then each band.
    public init(bands report: DriftReport) {
        self.init([
            .init("volume mm³", key: "band"), .init("pairs", key: "pairs", .right),
            .init("bias %", key: "biasPercent", .right),
            .init("lower %", key: "lowerPercent", .right),
            .init("upper %", key: "upperPercent", .right),
        ])
        for band in report.bands {
            let parts = [\LimitsOfAgreement.bias, \.lower, \.upper].map {
                part -> TextTable.Value in
                guard let value = band.limits?[keyPath: part].percent.value else { return .none }
                return .number(value, NumberText.percent(value))
            }
            add([.text(band.band?.rawValue ?? "all"), .integer(band.count)] + parts)
        }
    }

    /// Tumours whose class would change; `withSentences` adds what either class rests on.
    public init(changes: [DriftReport.ClassChange], withSentences: Bool) {
        var columns: [TextTable.Column] = [
            .init("patient", key: "patient"), .init("side", key: "side"),
            .init("class before", key: "oldClass"), .init("new class", key: "newClass"),
        ]
        if withSentences {
            columns += [
                .init("before", key: "oldSentence", .prose),
                .init("new", key: "newSentence", .prose),
            ]
        }
        self.init(columns)
        for change in changes {
            var row: [TextTable.Value] = [
                .text(change.identifier), .text(change.side),
                change.oldClass.map { .text($0.rawValue) } ?? .none,
                change.newClass.map { .text($0.rawValue) } ?? .none,
            ]
            if withSentences { row += [.text(change.oldSentence), .text(change.newSentence)] }
            add(row)
        }
    }

    /// Tumours on scans, with the volumes of both models.
    public init(drift pairs: [DriftPair]) {
        self.init([
            .init("patient", key: "patient"), .init("scan", key: "scan", .right),
            .init("date", key: "examDate"), .init("side", key: "side"),
            .init("before mm³", key: "oldVolumeMm3", .right),
            .init("new mm³", key: "newVolumeMm3", .right),
        ])
        for pair in pairs {
            add([
                .text(pair.identifier), .integer(Int(pair.scanId)), .text(pair.examDate.iso),
                .text(pair.side), pair.oldVolumeMm3.map { .volume($0) } ?? .none,
                pair.newVolumeMm3.map { .volume($0) } ?? .none,
            ])
        }
    }
}

extension AgreementChart {
    /// A campaign's pairs: the new model against the one before.
    public init(_ report: DriftReport, of campaign: CampaignRecord) {
        self.init(
            title: "\(campaign.model) against \(campaign.previousModel ?? "none")",
            pairs: DriftReport.volumes(report.pairs), limits: report.bands.first?.limits,
            source: "Shaded: 95 % confidence intervals of bias and limits",
            difference: "new model against the one before")
    }
}
