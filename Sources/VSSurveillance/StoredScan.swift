public import VSImaging
public import VSStore

/// A stored scan with the segmentation of it that counts: what its mask and pictures need.
public struct StoredScan: Sendable {
    /// The voxels, with the header they were read with.
    public let image: ScanImage
    /// All its tumours, on the scan's grid.
    public let mask: Mask
    /// The patient's identifier.
    public let patient: String
    /// The scan.
    public let record: ScanRecord
    /// The segmentation that counts.
    public let segmentation: SegmentationRecord

    /// Reads a scan.
    ///
    /// - Throws: `StoreError` for an unknown scan, one without a segmentation, or damaged voxels.
    public init(_ store: Store, scan: Int64) throws {
        let (record, patient, header) = try store.scan(scan)
        guard let segmentation = try store.currentSegmentation(ofScan: scan) else {
            throw StoreError(
                .unknown, subject: "scan \(scan)", message: "It has no segmentation.",
                remedy: "Only T2 scans are segmented.")
        }
        let volume = try store.images.volume(record.contentHash)
        image = try ScanImage(volume: volume, headerBytes: header, source: "scan \(scan)")
        mask = try store.mask(ofSegmentation: segmentation.id, like: volume)
        self.patient = patient
        self.record = record
        self.segmentation = segmentation
    }
}
