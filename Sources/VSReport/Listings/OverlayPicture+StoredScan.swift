import VSGrowth
import VSImaging
public import VSStore
public import VSSurveillance

extension OverlayPicture {
    /// The picture of a stored scan, with the outline of the segmentation that counts.
    ///
    /// - Throws: `StoreError` where the store cannot be read.
    public init(_ stored: StoredScan, in store: Store) throws {
        let volume = NumberText.volume(stored.mask.volumeMm3())
        let finding = stored.mask.isEmpty ? "no tumour found" : "\(volume) mm³"
        let use = try store.models().first { $0.sha256 == stored.segmentation.modelSha256 }
        self.init(
            volume: stored.image.volume, mask: stored.mask,
            title: "\(stored.patient), \(stored.record.examDate.iso): \(finding)",
            caption: "Outline by \(stored.segmentation.modelName) "
                + "\(stored.segmentation.modelVersion), scan \(stored.record.id). "
                + (use?.intendedUse ?? ""))
    }
}
