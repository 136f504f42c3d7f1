import ArgumentParser
import VSGrowth
import VSReport
import VSStore
import VSSurveillance

/// The command `vsdb campaign report`.
struct CampaignReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Say how the new model differs from the one before.",
        discussion: """
            Bias and 95 % limits of agreement (Bland and Altman) of ln V, new against old, by volume; \
            tumours whose class would change, with what either rests on; measurements lost and new. \
            A difference says that the models differ, not which is right. CSV is of the pairs.

              vsdb campaign report
              vsdb campaign report --chart drift.svg
            """)

    @OptionGroup var which: CampaignOptions
    @Option(
        help: ArgumentHelp("Also draw the pairs, SVG or PNG by ending.", valueName: "file"),
        completion: .file())
    var chart: String?
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func validate() throws { try PictureName.check(chart) }

    func run() throws {
        let surveillance = try database.surveillance()
        let campaign = try which.record(surveillance.store)
        let report = try surveillance.driftReport(of: campaign)
        let objections = report.objections(by: try surveillance.limits(of: campaign))
        switch output.format {
        case .csv: print(Self.pairs(report.pairs + report.lost + report.found).csv)
        case .json:
            try output.printJSON(
                [
                    "campaign": Int(campaign.id), "model": campaign.model,
                    "previousModel": campaign.previousModel as Any? ?? NSNullValue.value,
                    "missingScans": report.missing, "tumours": report.tumours,
                    "bands": Self.bands(report).objects,
                    "changes": Self.changes(report, isForPrograms: true).objects,
                    "lost": Self.pairs(report.lost).objects,
                    "found": Self.pairs(report.found).objects, "objections": objections,
                    "researchUseOnly": true,
                ] as [String: Any])
        case .table: try show(report, campaign, objections)
        }
        if let chart { try draw(report, campaign, to: chart) }
    }

    private func show(
        _ report: DriftReport, _ campaign: CampaignRecord, _ objections: [String]
    ) throws {
        print("\(campaign.model) against \(campaign.previousModel ?? "none")")
        if report.missing > 0 { print("\(report.missing) scans are not segmented yet.") }
        try output.show(Self.bands(report), empty: "")
        print("")
        print("\(report.changes.count) of \(report.tumours) tumours would change their class.")
        if !report.changes.isEmpty {
            try output.show(Self.changes(report, isForPrograms: false), empty: "")
            for change in report.changes {
                print("\(change.identifier) \(change.side), before: \(change.oldSentence)")
                print("\(change.identifier) \(change.side), new:    \(change.newSentence)")
            }
        }
        for (title, pairs) in [
            ("measurements are lost", report.lost), ("measurements are new", report.found),
        ] {
            print("\(pairs.count) \(title).")
            if !pairs.isEmpty { try output.show(Self.pairs(pairs), empty: "") }
        }
        print(
            objections.isEmpty
                ? "Within the limits for promotion by itself."
                : "Outside the limits: " + objections.joined(separator: " "))
    }

    private func draw(_ report: DriftReport, _ campaign: CampaignRecord, to path: String) throws {
        try AgreementChart(
            title: "\(campaign.model) against \(campaign.previousModel ?? "none")",
            pairs: DriftReport.volumes(report.pairs), limits: report.bands.first?.limits,
            source: "Shaded: 95 % confidence intervals of bias and limits",
            difference: "new model against the one before"
        ).write(to: path)
        note("chart: \(path)")
    }

    private static func bands(_ report: DriftReport) -> TextTable {
        var table = TextTable([
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
            table.add([.text(band.band?.rawValue ?? "all"), .integer(band.count)] + parts)
        }
        return table
    }

    private static func changes(_ report: DriftReport, isForPrograms: Bool) -> TextTable {
        var columns: [TextTable.Column] = [
            .init("patient", key: "patient"), .init("side", key: "side"),
            .init("class before", key: "oldClass"), .init("new class", key: "newClass"),
        ]
        if isForPrograms {
            columns += [.init("", key: "oldSentence"), .init("", key: "newSentence")]
        }
        var table = TextTable(columns)
        for change in report.changes {
            var row: [TextTable.Value] = [
                .text(change.identifier), .text(change.side),
                change.oldClass.map { .text($0.rawValue) } ?? .none,
                change.newClass.map { .text($0.rawValue) } ?? .none,
            ]
            if isForPrograms { row += [.text(change.oldSentence), .text(change.newSentence)] }
            table.add(row)
        }
        return table
    }

    private static func pairs(_ pairs: [DriftPair]) -> TextTable {
        var table = TextTable([
            .init("patient", key: "patient"), .init("scan", key: "scan", .right),
            .init("date", key: "examDate"), .init("side", key: "side"),
            .init("before mm³", key: "oldVolumeMm3", .right),
            .init("new mm³", key: "newVolumeMm3", .right),
        ])
        func volume(_ value: Double?) -> TextTable.Value {
            value.map { .number($0, NumberText.volume($0)) } ?? .none
        }
        for pair in pairs {
            table.add([
                .text(pair.identifier), .integer(Int(pair.scanId)), .text(pair.examDate.iso),
                .text(pair.side), volume(pair.oldVolumeMm3), volume(pair.newVolumeMm3),
            ])
        }
        return table
    }
}
