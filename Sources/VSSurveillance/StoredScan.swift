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

    /// Reads a scan with the segmentation that counts.
    ///
    /// - Throws: `StoreError` for an unknown scan, one without a segmentation, or damaged voxels.
    public init(_ store: Store, scan: Int64) throws {
        guard let segmentation = try store.currentSegmentation(ofScan: scan) else {
            _ = try store.scan(scan)  // An unknown scan is another error.
            throw StoreError(
                .unknown, subject: "scan \(scan)", message: "It has no segmentation.",
                remedy: "Only T2 scans are segmented.")
        }
        try self.init(store, segmentation)
    }

    /// Reads a scan with any of its segmentations, whether it counts or not.
    ///
    /// - Parameters:
    ///   - store: where they are.
    ///   - segmentation: its number.
    /// - Throws: `StoreError` for an unknown segmentation, or damaged voxels.
    public init(_ store: Store, segmentation: Int64) throws {
        try self.init(store, try store.segmentation(segmentation))
    }

    private init(_ store: Store, _ segmentation: SegmentationRecord) throws {
        let (record, patient, header) = try store.scan(segmentation.scanId)
        let volume = try store.images.volume(record.contentHash)
        image = try ScanImage(
            volume: volume, headerBytes: header, source: "scan \(segmentation.scanId)")
        mask = try store.mask(ofSegmentation: segmentation.id, like: volume)
        self.patient = patient
        self.record = record
        self.segmentation = segmentation
    }
}
