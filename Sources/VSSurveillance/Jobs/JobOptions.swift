import Foundation
import VSSegmentation
import VSStore

/// What was said of a scan when its segmentation was queued.
struct JobOptions: Codable {
    /// The tumour's side, where it is known.
    var side: Side?
    /// Where to look.
    var box: SearchBox?
    /// Whether the scan's own error is measured, too; jobs of older programs do not say.
    var measuresRepeatability: Bool?

    init(_ request: ScanRequest) {
        side = request.side
        box = request.box
        measuresRepeatability = request.measuresRepeatability
    }

    /// Reads a job's request; empty where it holds nothing.
    init(_ job: JobRecord) throws {
        self = try JSONDecoder().decode(JobOptions.self, from: Data(job.request.utf8))
    }

    /// The wish to be queued.
    func wish(cause: String) throws -> JobRequest {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return JobRequest(
            cause: cause, request: String(decoding: try encoder.encode(self), as: UTF8.self))
    }
}
