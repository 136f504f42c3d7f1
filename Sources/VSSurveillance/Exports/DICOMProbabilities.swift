import Foundation
import VSImaging
import VSSegmentation
import VSStore

extension Surveillance {
    /// Writes the probabilities around each tumour of a scan as a fractional DICOM Segmentation, in the
    /// frame of its series.
    ///
    /// Probabilities are not stored: the model that made the segmentation that counts runs again, and
    /// what it says must give the stored tumours. Of each tumour the voxels in the box around it count,
    /// ``probabilityMarginMm`` wide.
    ///
    /// - Parameters:
    ///   - id: the scan's number.
    ///   - path: the file.
    ///   - progress: told the fraction of the network's run that is done.
    ///   - isCancelled: asked while the network runs.
    /// - Returns: what was written.
    /// - Throws: as for the binary one; `StoreError` of code `conflict` where the model, or the
    ///   program, is no longer what gave the stored tumours; `SegmentationError` where it is cancelled.
    public func exportProbabilities(
        ofScan id: Int64, to path: String, progress: (Double) -> Void = { _ in },
        isCancelled: () -> Bool = { false }
    ) throws -> DICOMExport {
        var found = try dicomResult(ofScan: id)
        guard case .model(let algorithm) = found.result.author,
            let model = try store.models().first(where: { $0.sha256 == algorithm.sha256 })
        else { throw Self.noModel() }
        let request = ScanRequest(
            file: found.record.sourceName, patient: found.patient, date: found.record.examDate,
            sequence: found.record.sequence)
        let result = try segment(
            found.image.volume, by: model, request, content: found.record.contentHash,
            subject: "scan \(id)", without: id, progress, isCancelled)
        let map = result.probability
        let threshold = Float(result.parameters.threshold)
        guard
            found.segments.allSatisfy({ segment in
                zip(segment.mask.voxels, map.voxels).allSatisfy { $0 == 0 || $1 >= threshold }
            })
        else {
            throw StoreError(
                .conflict, subject: "scan \(id)",
                message:
                    "Its model does not give the stored tumour again, as after a change of the "
                    + "program or with other exams known.",
                remedy: "Run 'vsdb register scan --again' and export that segmentation.")
        }
        let maps = found.segments.map { Self.steps(of: map, around: $0.mask) }
        let content =
            [found.result.identity.segmentation] + maps.map { Store.sha256(of: Data($0)) }
        found.result.identity.segmentationSeries = DICOMUid.derived(
            ["vsdb probability series 1"] + content)
        found.result.identity.segmentation = DICOMUid.derived(["vsdb probabilities 1"] + content)
        try found.result.writeSegmentation(to: path, like: found.image, probabilities: maps)
        return found.export(of: found.result.identity.segmentation)
    }

    /// How far around a tumour's box probabilities are written, mm.
    public static let probabilityMarginMm = 10.0

    /// Probabilities in steps of 1/255 in the box around a tumour, and 0 outside.
    static func steps(of map: ProbabilityMap, around mask: Mask) -> [UInt8] {
        let shape = mask.shape
        let spacing = mask.affine.spacing
        let margin = [spacing.depth, spacing.height, spacing.width].map {
            Int((probabilityMarginMm / $0).rounded(.up))
        }
        var first = [shape.depth, shape.height, shape.width]
        var last = [-1, -1, -1]
        for d in 0..<shape.depth {
            for h in 0..<shape.height {
                for w in 0..<shape.width where mask.voxels[shape.index(d, h, w)] == 1 {
                    for (axis, place) in [d, h, w].enumerated() {
                        first[axis] = min(first[axis], place)
                        last[axis] = max(last[axis], place)
                    }
                }
            }
        }
        let ends = [shape.depth, shape.height, shape.width]
        let box = (0..<3).map { axis in
            let start = max(0, first[axis] - margin[axis])
            return start..<max(start, min(ends[axis], last[axis] + margin[axis] + 1))
        }
        var steps = [UInt8](repeating: 0, count: shape.count)
        for d in box[0] {
            for h in box[1] {
                for w in box[2] {
                    let index = shape.index(d, h, w)
                    steps[index] = UInt8((min(max(map.voxels[index], 0), 1) * 255).rounded())
                }
            }
        }
        return steps
    }
}
