import Foundation
import VSGrowth
import VSImaging
import VSNetwork
import VSReport
import VSSegmentation
import VSSurveillance

/// What `vsdb segment` prints and writes.
struct SegmentReport {
    private let result: SegmentationResult
    private let description: ModelDescription

    init(_ result: SegmentationResult, description: ModelDescription) {
        self.result = result
        self.description = description
    }

    var caption: String {
        "Outline by \(description.name) \(description.version). \(description.intendedUse)"
    }

    func show(_ output: OutputOptions) throws {
        switch output.format {
        case .table:
            if result.tumours.isEmpty {
                let highest = NumberText.fixed(result.highestProbability, 2)
                print("no tumour found; highest probability anywhere \(highest)")
            } else {
                try output.show(table, empty: "")
            }
            for tumour in result.tumours {
                for caution in tumour.cautions {
                    print("caution, \(tumour.side.rawValue): \(caution.message)")
                }
            }
            for tumour in result.tumours {
                guard let precision = precision(tumour) else { continue }
                print(PrecisionText.line(precision, tumour))
            }
            for reason in result.verdict.reasons { print("note: \(reason.message)") }
            print(description.intendedUse)
        case .csv: print(table.csv)
        case .json: print(String(decoding: try statistics(), as: UTF8.self))
        }
    }

    func write(to path: String) throws {
        do {
            try statistics().write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw ReportError(
                .unwritable, subject: path, message: "The statistics cannot be written.",
                remedy: "Check the folder, its permissions and the free space.")
        }
    }

    private var table: TextTable {
        var table = TextTable([
            .init("side", key: "side"),
            .init("volume mm³", key: "volumeMm3", .right),
            .init("soft mm³", key: "softVolumeMm3", .right),
            .init("Ø mm", key: "equivalentDiameterMm", .right),
            .init("largest mm", key: "maximalDiameterMm", .right),
            .init("axial mm", key: "maximalAxialDiameterMm", .right),
            .init("ABC/2 mm³", key: "abc2Mm3", .right),
            .init("slices", key: "sliceCount", .right),
            .init("probability", key: "peakProbability", .right),
        ])
        for tumour in result.tumours {
            let m = tumour.measurement
            table.add([
                .text(tumour.side.rawValue), .volume(m.volumeMm3), .volume(m.softVolumeMm3),
                .fixed(m.equivalentDiameterMm, 1), .fixed(m.maximalDiameterMm, 1),
                .fixed(m.maximalAxialDiameterMm, 1), .volume(m.abc2Mm3), .integer(m.sliceCount),
                .fixed(m.peakProbability, 2),
            ])
        }
        return table
    }

    /// The error of a tumour's volume, where it was measured again.
    private func precision(_ tumour: SegmentedTumour) -> ScanPrecision? {
        ScanPrecision(
            tumour, sliceSpacingMm: tumour.mask.affine.spacing.depth,
            error: MeasurementErrorModel(
                boundarySDMm: description.boundarySDMm
                    ?? MeasurementErrorModel.unmeasuredBoundarySDMm))
    }

    private struct Statistics: Encodable {
        struct Tumour: Encodable {
            let side: Side
            let cautions: [Caution]
            let measurement: TumourMeasurement
            let repeatability: PrecisionSummary?

            enum CodingKeys: CodingKey { case side, cautions, measurement, repeatability }

            func encode(to encoder: any Encoder) throws {
                var keyed = encoder.container(keyedBy: CodingKeys.self)
                try keyed.encode(side, forKey: .side)
                try keyed.encode(cautions, forKey: .cautions)
                try keyed.encode(measurement, forKey: .measurement)
                // Null where it was not asked for.
                try keyed.encode(repeatability, forKey: .repeatability)
            }
        }
        let model: String
        let version: String
        let tumours: [Tumour]
        let dropped: [DroppedComponent]
        let highestProbability: Double
        let seenShare: Double
        let gate: GateVerdict
        let parameters: SegmentationParameters
        let seconds: SegmentationTimings
        let plannedBytes: Int
        let intendedUse: String
    }

    private func statistics() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(
            Statistics(
                model: description.name, version: description.version,
                tumours: result.tumours.map {
                    .init(
                        side: $0.side, cautions: $0.cautions, measurement: $0.measurement,
                        repeatability: precision($0).map(PrecisionSummary.init))
                },
                dropped: result.dropped, highestProbability: result.highestProbability,
                seenShare: result.seenShare, gate: result.verdict, parameters: result.parameters,
                seconds: result.timings,
                plannedBytes: result.plannedBytes, intendedUse: description.intendedUse))
    }
}
