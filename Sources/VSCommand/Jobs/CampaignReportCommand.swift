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
        case .csv: print(TextTable(drift: report.pairs + report.lost + report.found).csv)
        case .json:
            try output.printJSON(
                DriftDocument(report, of: campaign, objections: objections).object)
        case .table: try show(report, campaign, objections)
        }
        if let chart { try draw(report, campaign, to: chart) }
    }

    private func show(
        _ report: DriftReport, _ campaign: CampaignRecord, _ objections: [String]
    ) throws {
        print("\(campaign.model) against \(campaign.previousModel ?? "none")")
        if report.missing > 0 {
            print("Not segmented yet: \(Words.count(report.missing, "scan")).")
        }
        try output.show(TextTable(bands: report), empty: "")
        print("")
        print(
            "\(report.changes.count) of \(Words.count(report.tumours, "tumour")) would change class."
        )
        if !report.changes.isEmpty {
            try output.show(TextTable(changes: report.changes, withSentences: false), empty: "")
            for change in report.changes {
                print("\(change.identifier) \(change.side), before: \(change.oldSentence)")
                print("\(change.identifier) \(change.side), new:    \(change.newSentence)")
            }
        }
        for (title, pairs) in [("lost", report.lost), ("new", report.found)] {
            print("\(Words.count(pairs.count, "measurement")) \(title).")
            if !pairs.isEmpty { try output.show(TextTable(drift: pairs), empty: "") }
        }
        print(
            objections.isEmpty
                ? "Within the limits for promotion by itself."
                : "Outside the limits: " + objections.joined(separator: " "))
    }

    private func draw(_ report: DriftReport, _ campaign: CampaignRecord, to path: String) throws {
        try AgreementChart(report, of: campaign).write(to: path)
        note("chart: \(path)")
    }
}
