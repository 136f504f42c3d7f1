import ArgumentParser
import VSGrowth
import VSReport
import VSStore
import VSSurveillance

/// The command `vsdb agreement`.
struct AgreementCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agreement", abstract: "Compare models' volumes with people's outlines.",
        discussion: """
            Bias and 95 % limits of agreement (Bland and Altman) of ln V, as percent, each with its \
            95 % confidence interval, model by model and by volume. Every outline stored with 'vsdb \
            review --mask' counts, also where the segmentation was rejected; tumours that the model \
            did not find are counted apart. Readers who outline only what looks wrong make a model \
            look worse than it is.

              vsdb agreement
              vsdb agreement --chart agreement.svg
              vsdb agreement --format csv > pairs.csv
            """)

    @Option(
        help: ArgumentHelp("Of this model only: name, or name and version.", valueName: "name"))
    var model: String?
    @Option(
        help: ArgumentHelp(
            "Also draw the newest model's pairs, SVG or PNG by ending.", valueName: "file"),
        completion: .file())
    var chart: String?
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func validate() throws { try PictureName.check(chart) }

    func run() throws {
        let surveillance = try database.surveillance()
        var models = try surveillance.agreement()
        if let model {
            let wanted = try surveillance.store.model(named: model).sha256
            models = models.filter { $0.modelSha256 == wanted }
        }
        switch output.format {
        case .table: try output.show(Self.summary(models), empty: "No outline has a segmentation.")
        case .csv: print(Self.pairs(models).csv)
        case .json:
            try output.printJSON(
                [
                    "models": Self.summary(models).objects, "pairs": Self.pairs(models).objects,
                    "researchUseOnly": true,
                ] as [String: Any])
        }
        if let chart { try draw(models.last, to: chart) }
    }

    private func draw(_ agreement: ModelAgreement?, to path: String) throws {
        try AgreementChart(
            title: agreement?.model ?? "",
            pairs: (agreement?.pairs ?? []).compactMap { pair in
                pair.modelVolumeMm3.map { (first: $0, second: pair.manualVolumeMm3) }
            }, limits: agreement?.bands.first?.limits,
            source: "Shaded: 95 % confidence intervals of bias and limits"
        ).write(to: path)
        note("chart: \(path)")
    }

    private static func summary(_ models: [ModelAgreement]) -> TextTable {
        var table = TextTable([
            .init("model", key: "model"), .init("volume mm³", key: "band"),
            .init("tumours", key: "tumours", .right), .init("missed", key: "missed", .right),
            .init("bias %", key: "biasPercent", .right),
            .init("from", key: "biasLowPercent", .right),
            .init("to", key: "biasHighPercent", .right),
            .init("lower %", key: "lowerPercent", .right),
            .init("from", key: "lowerLowPercent", .right),
            .init("to", key: "lowerHighPercent", .right),
            .init("upper %", key: "upperPercent", .right),
            .init("from", key: "upperLowPercent", .right),
            .init("to", key: "upperHighPercent", .right),
        ])
        for agreement in models {
            for band in agreement.bands {
                var row: [TextTable.Value] = [
                    .text(agreement.model), .text(band.band?.rawValue ?? "all"),
                    .integer(band.count),
                    band.band == nil ? .integer(agreement.missed) : .none,
                ]
                for part in [\LimitsOfAgreement.bias, \.lower, \.upper] {
                    row += cells(band.limits?[keyPath: part].percent)
                }
                table.add(row)
            }
        }
        return table
    }

    private static func cells(_ estimate: LimitsOfAgreement.Estimate?) -> [TextTable.Value] {
        guard let estimate else { return [.none, .none, .none] }
        return [estimate.value, estimate.low, estimate.high].map {
            .number($0, NumberText.percent($0))
        }
    }

    private static func pairs(_ models: [ModelAgreement]) -> TextTable {
        var table = TextTable([
            .init("", key: "model"), .init("", key: "modelSha256"), .init("", key: "patient"),
            .init("", key: "scan"), .init("", key: "side"), .init("", key: "reader"),
            .init("", key: "modelVolumeMm3"), .init("", key: "manualVolumeMm3"),
            .init("", key: "differencePercent"),
        ])
        for pair in models.flatMap(\.pairs) {
            guard let volume = pair.modelVolumeMm3 else { continue }
            table.add([
                .text(pair.model), .text(pair.modelSha256), .text(pair.identifier),
                .integer(Int(pair.scanId)), .text(pair.side), .text(pair.reader),
                .number(volume, ""), .number(pair.manualVolumeMm3, ""),
                .number(100 * (volume / pair.manualVolumeMm3 - 1), ""),
            ])
        }
        return table
    }
}
