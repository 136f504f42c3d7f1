import Foundation
import VSGrowth
import VSImaging
import VSSegmentation
import VSStore

/// What a registration writes, made of what was read and what the network said.
extension Surveillance {
    func entry(
        _ request: ScanRequest, _ image: ScanImage, hash: String, isT2: Bool, verdict: GateVerdict,
        series: SeriesRecord?
    ) throws -> ScanEntry {
        // A folder's name often is the patient's.
        let isHidden = series?.isPseudonymised ?? false
        return ScanEntry(
            patient: request.patient, examDate: request.date, sequence: request.sequence,
            isT2: isT2, contentHash: hash, header: image.header.bytes, shape: image.volume.shape,
            spacing: image.volume.affine.spacing,
            sourceName: isHidden
                ? "DICOM series" : (request.file as NSString).lastPathComponent,
            gate: try json(verdict), series: series, acquisition: request.acquisition)
    }

    func entry(
        _ result: SegmentationResult, by model: ModelRecord, spacing: Spacing
    ) throws -> SegmentationEntry {
        let error = errorModel(of: model)
        let tumours = try result.tumours.map { tumour in
            let precision = ScanPrecision(tumour, sliceSpacingMm: spacing.depth, error: error)
            return TumourEntry(
                side: tumour.side.rawValue,
                volume: VolumeRecord(
                    tumour.measurement,
                    relativeSD: precision?.relativeSD
                        ?? error.relativeSD(
                            volumeMm3: tumour.measurement.volumeMm3,
                            sliceSpacingMm: spacing.depth)),
                mask: tumour.mask, repeatability: try precision.map(record))
        }
        return SegmentationEntry(
            model: model, softwareVersion: SoftwareVersion.current,
            parameters: try json(result.parameters), highestProbability: result.highestProbability,
            dropped: try json(result.dropped), seconds: result.timings.total, tumours: tumours,
            otherComponents: result.dropped.filter { [.second, .otherSide].contains($0.reason) }
                .map { OtherComponent(side: $0.side.rawValue, volumeMm3: $0.volumeMm3) })
    }

    /// The row of what measuring a tumour again gave.
    func record(_ precision: ScanPrecision) throws -> RepeatabilityRecord {
        RepeatabilityRecord(
            runs: precision.volumes.volumesMm3.count, found: precision.volumes.found,
            spreadSD: precision.volumes.spreadSD, modelSD: precision.modelSD,
            detail: try json(precision.repeatability), softwareVersion: SoftwareVersion.current)
    }

    /// The model's own boundary error where its card has one, else the rule's.
    func errorModel(of model: ModelRecord) -> MeasurementErrorModel {
        struct Card: Decodable { var boundarySDMm: Double? }
        var error = rule.error
        let card = try? JSONDecoder().decode(Card.self, from: Data(model.description.utf8))
        if let measured = card?.boundarySDMm { error.boundarySDMm = measured }
        return error
    }

    func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
