import Foundation
import VSNetwork
import VSReport
import VSSegmentation

/// What `vsdb segment` prints and writes.
struct SegmentReport {
    private let result: SegmentationResult
    private let description: ModelDescription

    init(_ result: SegmentationResult, description: ModelDescription) {
        self.result = result
        self.description = description
    }

    var caption: String { "Outline by \(description.name) \(description.version)" }

    var text: String {
        let notes = result.verdict.reasons.map { "note: \($0.message)" }
        let highest = NumberText.fixed(result.highestProbability, 2)
        let tumours = result.tumours.map { tumour in
            ([
                "\(tumour.side.rawValue): \(NumberText.volume(tumour.measurement.volumeMm3)) mm³, "
                    + "largest diameter "
                    + "\(NumberText.fixed(tumour.measurement.maximalDiameterMm, 1)) mm"
            ] + tumour.cautions.map { "  caution: \($0.message)" }).joined(separator: "\n")
        }
        let finding =
            tumours.isEmpty ? ["no tumour found; highest probability anywhere \(highest)"] : tumours
        return (finding + notes + [description.intendedUse]).joined(separator: "\n")
    }

    func write(to path: String) throws {
        struct Statistics: Encodable {
            struct Tumour: Encodable {
                let side: Side
                let cautions: [Caution]
                let measurement: TumourMeasurement
            }
            let model: String
            let version: String
            let tumours: [Tumour]
            let dropped: [DroppedComponent]
            let highestProbability: Double
            let gate: GateVerdict
            let seconds: SegmentationTimings
            let intendedUse: String
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let data = try encoder.encode(
            Statistics(
                model: description.name, version: description.version,
                tumours: result.tumours.map {
                    .init(side: $0.side, cautions: $0.cautions, measurement: $0.measurement)
                },
                dropped: result.dropped, highestProbability: result.highestProbability,
                gate: result.verdict, seconds: result.timings,
                intendedUse: description.intendedUse))
        do {
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw ReportError(
                .unwritable, subject: path, message: "The statistics cannot be written.",
                remedy: "Check the folder, its permissions and the free space.")
        }
    }
}
