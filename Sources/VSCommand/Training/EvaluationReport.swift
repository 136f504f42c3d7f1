import Foundation
import VSImaging
import VSReport
import VSTraining

/// What `vsdb evaluate` prints.
struct EvaluationReport {
    let scores: [CaseScore]
    let comparison: PairedComparison?

    func show(_ output: OutputOptions) throws {
        switch output.format {
        case .csv: print(cases.csv)
        case .json:
            try output.printJSON([
                "cases": cases.objects,
                "summary": try object(EvaluationSummary(scores), nullable: Self.summaryKeys),
                "bands": try VolumeBand.split(scores).map {
                    [
                        "band": $0.name,
                        "summary": try object(
                            EvaluationSummary($0.scores), nullable: Self.summaryKeys),
                    ] as [String: Any]
                },
                "comparison": try comparison.map { try object($0, nullable: Self.comparisonKeys) }
                    ?? NSNull(),
            ])
        case .table:
            print(cases.text())
            print("")
            print(summary.text())
            if let comparison { print(sentence(comparison)) }
        }
    }

    /// Writes the cases as CSV.
    func write(to path: String) throws {
        do {
            try Data((cases.csv + "\n").utf8).write(
                to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw ReportError(
                .unwritable, subject: path, message: "The cases cannot be written.",
                remedy: "Check the folder, its permissions and the free space.")
        }
    }

    /// Keys of numbers that may be missing; they are null then.
    private static let summaryKeys = [
        "absoluteRVEPercent", "assdMm", "dice", "hd95Mm", "rvePercent",
    ]
    private static let comparisonKeys = ["t", "tP", "wilcoxon", "wilcoxonP"]

    private func object(_ value: some Encodable, nullable keys: [String]) throws -> Any {
        let found = try JSONSerialization.jsonObject(with: JSONEncoder().encode(value))
        let nulls = Dictionary(uniqueKeysWithValues: keys.map { ($0, NSNullValue.value) })
        return (found as? [String: Any])?.merging(nulls) { value, _ in value } ?? found
    }

    private var cases: TextTable {
        var table = TextTable([
            .init("case", key: "case"), .init("Dice", key: "dice", .right),
            .init("ASSD mm", key: "assdMm", .right), .init("HD95 mm", key: "hd95Mm", .right),
            .init("volume mm³", key: "volumeMm3", .right),
            .init("truth mm³", key: "truthVolumeMm3", .right),
            .init("RVE %", key: "rvePercent", .right),
            .init("missed", key: "isMissed"), .init("false", key: "falseComponents", .right),
        ])
        for score in scores {
            func cell(_ value: Double?, _ decimals: Int) -> TextTable.Value {
                value.map { .number($0, NumberText.fixed($0, decimals)) } ?? .none
            }
            table.add([
                .text(score.id), cell(score.dice, 3), cell(score.assdMm, 2), cell(score.hd95Mm, 2),
                cell(score.volumeMm3, 0), cell(score.truthVolumeMm3, 0), cell(score.rvePercent, 1),
                .flag(score.isMissed), .integer(score.falseComponents),
            ])
        }
        return table
    }

    private var summary: TextTable {
        var table = TextTable([
            .init("volume mm³", key: "band"), .init("tumours", key: "tumours", .right),
            .init("Dice", key: "dice", .right), .init("ASSD mm", key: "assdMm", .right),
            .init("HD95 mm", key: "hd95Mm", .right), .init("|RVE| %", key: "absoluteRve", .right),
            .init("RVE %", key: "rve", .right), .init("missed", key: "missed", .right),
            .init("false", key: "falseComponents", .right),
        ])
        func add(_ name: String, _ part: EvaluationSummary) {
            func cell(_ value: MeanSD?, _ decimals: Int) -> TextTable.Value {
                value.map {
                    .text(
                        NumberText.fixed($0.mean, decimals) + " ± "
                            + NumberText.fixed($0.sd, decimals))
                } ?? .none
            }
            table.add([
                .text(name), .integer(part.tumours), cell(part.dice, 3), cell(part.assdMm, 2),
                cell(part.hd95Mm, 2), cell(part.absoluteRVEPercent, 1), cell(part.rvePercent, 1),
                .integer(part.missed), .integer(part.falseComponents),
            ])
        }
        for band in VolumeBand.split(scores) { add(band.name, EvaluationSummary(band.scores)) }
        add("all", EvaluationSummary(scores))
        return table
    }

    private func sentence(_ comparison: PairedComparison) -> String {
        func p(_ value: Double?) -> String { value.map { String(format: "%.3g", $0) } ?? "-" }
        return "Dice differs by \(String(format: "%+.4f", comparison.meanDifference)) over "
            + "\(comparison.count) cases: paired t-test p \(p(comparison.tP)), "
            + "Wilcoxon p \(p(comparison.wilcoxonP))"
    }
}
