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
        (record, patient, image) = try store.scanWithImage(segmentation.scanId)
        mask = try store.mask(ofSegmentation: segmentation.id, like: image.volume)
        self.segmentation = segmentation
    }
}

extension Store {
    /// A scan with its patient's identifier, its voxels and the header they were read with.
    func scanWithImage(
        _ id: Int64
    ) throws -> (record: ScanRecord, patient: String, image: ScanImage) {
        let (record, patient, header) = try scan(id)
        let volume = try images.volume(record.contentHash)
        let image = try ScanImage(volume: volume, headerBytes: header, source: "scan \(id)")
        return (record, patient, image)
    }
}
