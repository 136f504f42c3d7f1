import VSGrowth
import VSNetwork
import VSReport
import VSSurveillance

/// What `vsdb model calibrate` prints.
struct CalibrationReport {
    private let calibration: ModelCalibration

    init(_ calibration: ModelCalibration) { self.calibration = calibration }

    func show(_ output: OutputOptions) throws {
        switch output.format {
        case .table:
            try output.show(table, empty: "")
            lines.forEach { print($0) }
            print(calibration.description.intendedUse)
        case .csv: print(table.csv)
        case .json: try output.printJSON(object)
        }
    }

    private var lines: [String] {
        let result = calibration.result
        var lines = [
            "\(calibration.description.name) \(calibration.description.version): boundary SD "
                + "\(NumberText.fixed(result.boundarySDMm, 3)) mm (95 %: "
                + "\(NumberText.fixed(result.lowMm, 3)) to \(NumberText.fixed(result.highMm, 3))) "
                + "from \(result.pairs) pairs; \(calibration.leftOut) left out",
            "\(NumberText.fixed(result.withinPercent, 0)) % of the differences lie within 1.96 of "
                + "their standard deviation (95 % expected)",
        ]
        lines.append(
            "gross errors in \(NumberText.fixed(100 * result.grossErrorShare, 1)) % of the scans, as "
                + "where another part was outlined; a hundred scans seen before count, too")
        if result.grossPairs > 0 {
            lines.append(
                "note: \(result.grossPairs) pairs probably have one; look at them. Taken as an unsure "
                    + "boundary they would make it \(NumberText.fixed(result.allAsBoundaryMm, 3)) mm"
            )
        }
        if abs(result.biasStandardErrors) > 1.96 {
            let larger = result.biasStandardErrors > 0 ? "second" : "first"
            lines.append(
                "note: the \(larger) scans are measured larger throughout ("
                    + "\(NumberText.fixed(abs(result.biasStandardErrors), 1)) standard errors); the "
                    + "tumours may have changed, or the scans differ")
        }
        return lines
    }

    private var table: TextTable {
        var table = TextTable([
            .init("pair", key: "pair"), .init("first mm³", key: "firstMm3", .right),
            .init("second mm³", key: "secondMm3", .right),
            .init("difference of ln V", key: "logDifference", .right),
            .init("in SD", key: "standardised", .right), .init("left out, as", key: "leftOut"),
        ])
        for row in calibration.measured {
            guard let pair = row.pair else {
                table.add([.text(row.name), .none, .none, .none, .none, .text(row.reason)])
                continue
            }
            let scaled =
                pair.logDifference
                / pair.logSD(boundarySDMm: calibration.result.boundarySDMm)
            table.add([
                .text(row.name), .volume(pair.firstMm3), .volume(pair.secondMm3),
                .fixed(pair.logDifference, 3), .fixed(scaled, 2), .none,
            ])
        }
        return table
    }

    private var object: [String: Any] {
        let result = calibration.result
        return [
            "model": calibration.description.name, "version": calibration.description.version,
            "boundarySDMm": result.boundarySDMm, "lowMm": result.lowMm, "highMm": result.highMm,
            "pairs": result.pairs, "leftOut": calibration.leftOut,
            "biasStandardErrors": result.biasStandardErrors,
            "withinPercent": result.withinPercent, "grossPairs": result.grossPairs,
            "grossErrorShare": result.grossErrorShare, "allAsBoundaryMm": result.allAsBoundaryMm,
            "measured": table.objects,
            "intendedUse": calibration.description.intendedUse, "researchUseOnly": true,
        ]
    }
}
