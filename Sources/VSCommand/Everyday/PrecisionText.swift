import VSGrowth
import VSReport
import VSSegmentation
import VSSurveillance

/// One scan's own error, in numbers for JSON.
struct PrecisionSummary: Encodable {
    let runs: Int
    let found: Int
    let spreadSD: Double?
    let modelSD: Double
    let relativeSD: Double
    let noiseSD: Double
    let volumesMm3: [Double?]
    let seed: UInt64
    let parameters: RepeatabilityParameters

    init(_ precision: ScanPrecision) {
        runs = precision.volumes.volumesMm3.count
        found = precision.volumes.found
        spreadSD = precision.volumes.spreadSD
        modelSD = precision.modelSD
        relativeSD = precision.relativeSD
        noiseSD = precision.repeatability.noiseSD
        volumesMm3 = precision.volumes.volumesMm3
        seed = precision.repeatability.seed
        parameters = precision.repeatability.parameters
    }
}

/// One scan's own error, in words.
enum PrecisionText {
    /// The line of a tumour that was measured again.
    static func line(_ precision: ScanPrecision, _ tumour: SegmentedTumour) -> String {
        let volume = tumour.measurement.volumeMm3
        let runs = "\(precision.volumes.found) of \(precision.volumes.volumesMm3.count) runs"
        let start = "measured again, \(tumour.side.rawValue): "
        guard let spread = precision.volumes.spreadSD else {
            return start + "found in \(runs), too few to know how much its volume varies"
        }
        return start
            + "± \(NumberText.volume(1.96 * precision.relativeSD * volume)) mm³ (95 %); SD of ln V "
            + "\(NumberText.fixed(spread, 3)) over \(runs), "
            + "\(NumberText.fixed(precision.modelSD, 3)) by the model's boundary"
    }
}
