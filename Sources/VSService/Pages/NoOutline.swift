import VSReport
import VSStore

/// Why the viewer shows a scan without a model's outline, and how far its segmentation is.
struct NoOutline: Sendable {
    /// HTML, in which every text is escaped.
    let html: String

    /// Looks at a scan of which no segmentation counts.
    ///
    /// - Throws: `StoreError` where the store cannot be read.
    init(_ scan: ScanRecord, in store: Store) throws {
        let job = try store.newestJob(ofScan: scan.id)
        switch job?.state {
        case .waiting, .running:
            html = try Self.live(scan, in: store).box(
                at: "/live/scans/\(scan.id)", isSpoken: true)
        case .parked, .cancelled:
            let state = job?.state == .parked ? "failed and is parked" : "was cancelled"
            html =
                "<p class=\"flag\">\(escaped(try Self.begin(scan, in: store))): the segmentation "
                + "\(state). \(escaped(PageWords.plain(job?.message ?? ""))) "
                + "<a href=\"/jobs/\(job?.id ?? 0)\">Job \(job?.id ?? 0)</a></p>"
        case .done, nil:
            html =
                "<p>\(escaped(try Self.begin(scan, in: store))): "
                + "\(escaped(try Self.reason(scan, in: store))).</p>"
        }
    }

    /// How far the segmentation is; over when no job waits or runs.
    static func live(_ scan: ScanRecord, in store: Store) throws -> LivePart {
        let link = "<a href=\"/scans/\(scan.id)\">Look again</a>"
        guard let job = try store.newestJob(ofScan: scan.id), !job.state.isOver else {
            return LivePart(
                html: "<p>The segmentation has come to its end. \(link)</p>", isOver: true)
        }
        let state =
            job.state == .running
            ? "running: \(job.progressBar ?? "") % done" : "waiting for a worker"
        return LivePart(
            html:
                "<p>The segmentation is \(state). Until it is there the pictures have no outline by it. "
                + "\(link)</p>")
    }

    /// Whose outline is shown, or that none is.
    private static func begin(_ scan: ScanRecord, in store: Store) throws -> String {
        let outlines = try store.manualVolumes(ofScan: scan.id).filter(\.stands)
        guard !outlines.isEmpty else { return "There is no outline" }
        let readers = Set(outlines.map(\.reader)).sorted().joined(separator: ", ")
        return "The outline is a reader's (\(readers)), and there is none by a model"
    }

    private static func reason(_ scan: ScanRecord, in store: Store) throws -> String {
        if !scan.isT2 {
            return "the scan is registered as \(scan.sequence), and only T2 scans are segmented"
        }
        if let rejected = try store.newestSegmentation(ofScan: scan.id) {
            return "segmentation \(rejected) was rejected, and no other counts"
        }
        return "the scan is not segmented yet, and no job for it waits"
    }
}
