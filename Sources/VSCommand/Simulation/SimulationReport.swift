import Foundation
import VSGrowth
import VSReport

/// What `vsdb simulate growth` prints.
struct SimulationReport {
    private let result: SimulationResult

    init(_ result: SimulationResult) { self.result = result }

    func show(_ output: OutputOptions) throws {
        switch output.format {
        case .json:
            let data = try JSONEncoder().encode(result)
            try output.printJSON(JSONSerialization.jsonObject(with: data))
        case .csv: print(comparisons.csv)
        case .table:
            let count = result.bands.reduce(0) { $0 + $1.patients }
            print(
                "\(count) virtual patients, population \(result.population.name), seed "
                    + "\(result.seed). Truth: the true volume is 20 % or more above the first.\n")
            for table in [comparisons, bands, reliability, treated] {
                try output.show(table, empty: "")
                print("")
            }
            print(
                "largest difference between probability and truth: "
                    + "\(NumberText.fixed(result.calibration.largestDifferencePoints, 1)) points, "
                    + "mean \(NumberText.fixed(result.calibration.meanDifferencePoints, 1)).")
        }
    }

    /// Each plain rule, and below it ours at no more false alarms.
    private var comparisons: TextTable {
        var table = TextTable([
            .init("volume mm³", key: "band"), .init("rule", key: "rule"),
            .init("threshold", key: "threshold", .right),
            .init("false alarms / yr", key: "falseAlarmsPerPatientYear", .right),
            .init("sensitivity", key: "sensitivity", .right),
            .init("specificity", key: "specificity", .right),
            .init("median delay yr", key: "medianDelayYears", .right),
            .init("mean delay yr", key: "meanDelayYears", .right),
        ])
        for band in result.bands {
            for pair in band.comparisons {
                let unit = pair.rule == .diameter ? "mm" : "%"
                table.add(
                    [
                        .text(band.band.title), .text(pair.rule.title),
                        .text("\(NumberText.fixed(pair.threshold, 0)) \(unit)"),
                    ] + cells(pair.plain))
                table.add(
                    [
                        .text(band.band.title),
                        .text("all exams, as many false alarms as " + pair.rule.rawValue),
                        .text("P \(NumberText.fixed(pair.probability, 2))"),
                    ] + cells(pair.ours), isEmphasised: true)
            }
            for (title, point) in [("the flag", band.flagged), ("class growing", band.growing)] {
                table.add([.text(band.band.title), .text(title), .none] + cells(point))
            }
        }
        return table
    }

    private func cells(_ point: OperatingPoint) -> [TextTable.Value] {
        func number(_ value: Double, _ decimals: Int) -> TextTable.Value {
            .number(value, NumberText.fixed(value, decimals))
        }
        return [
            number(point.falseAlarmsPerPatientYear, 4), number(point.sensitivity, 3),
            number(point.specificity, 3),
            point.medianDelayYears.map { number($0, 2) } ?? .none,
            number(point.meanDelayYears, 2),
        ]
    }

    private var bands: TextTable {
        var table = TextTable([
            .init("volume mm³", key: "band"), .init("patients", key: "patients", .right),
            .init("truly grown", key: "grownShare", .right),
            .init("largest miscalibration, points", key: "largestDifferencePoints", .right),
            .init("exams within the 95 % forecast", key: "forecastCoverage", .right),
        ])
        for band in result.bands {
            let off = band.calibration.largestDifferencePoints
            table.add([
                .text(band.band.title), .integer(band.patients),
                .number(band.grownShare, NumberText.fixed(band.grownShare, 2)),
                .number(off, NumberText.fixed(off, 1)),
                .number(band.forecastCoverage, NumberText.fixed(band.forecastCoverage, 3)),
            ])
        }
        return table
    }

    private var reliability: TextTable {
        var table = TextTable([
            .init("probability given", key: "predicted", .right),
            .init("share true", key: "observed", .right), .init("answers", key: "count", .right),
        ])
        for bin in result.calibration.bins {
            table.add([
                .number(bin.predicted, NumberText.fixed(bin.predicted, 3)),
                .number(bin.observed, NumberText.fixed(bin.observed, 3)), .integer(bin.count),
            ])
        }
        return table
    }

    private var treated: TextTable {
        var table = TextTable([
            .init("after radiosurgery", key: "course"), .init("patients", key: "patients", .right),
            .init("growth or progression", key: "progression", .right),
            .init("enlargement in the window", key: "enlargement", .right),
            .init("20 % to baseline", key: "baselinePercent", .right),
            .init("20 % to the exam before", key: "previousPercent", .right),
        ])
        for course in result.treated {
            let shares = [
                course.progression, course.enlargement, course.baselinePercent,
                course.previousPercent,
            ]
            table.add(
                [.text(course.course), .integer(course.patients)]
                    + shares.map { .number($0, NumberText.fixed($0, 3)) })
        }
        return table
    }
}
