import Foundation
import VSImaging
import VSNetwork
import VSSegmentation
import VSStore

extension Surveillance {
    /// Segments a job's scan with the job's model, and stores nothing.
    func segmentation(
        for job: JobRecord, progress: (Double) -> Void, isCancelled: () -> Bool
    ) throws -> SegmentationEntry {
        guard let id = job.modelId, let model = try store.models().first(where: { $0.id == id })
        else { throw Self.noModel() }
        let (record, patient, _) = try store.scan(job.scanId)
        let options = try JobOptions(job)
        let request = ScanRequest(
            file: record.sourceName, patient: patient, date: record.examDate,
            sequence: record.sequence, side: options.side,
            measuresRepeatability: options.measuresRepeatability ?? false, box: options.box)
        let volume = try store.images.volume(record.contentHash)
        let result = try segment(
            volume, by: model, request, content: record.contentHash,
            subject: "scan \(job.scanId)", without: job.scanId, progress, isCancelled)
        return try entry(result, by: model, spacing: volume.affine.spacing)
    }
}
