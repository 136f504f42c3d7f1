import VSGrowth
import VSImaging
import VSStore
import VSSurveillance

/// A scan as the viewer shows it: with the segmentation that counts, where one does, or else with what
/// readers drew.
struct ViewedScan: Sendable {
    let image: ScanImage
    let record: ScanRecord
    /// The scan with its segmentation; nil where none counts.
    let segmented: StoredScan?
    /// What is outlined; nil where there is neither a segmentation nor a reader's outline.
    let mask: Mask?
    /// What the mask rests on.
    let basis: Basis

    /// What a scan's mask rests on, by which a copy of it is known to be out of date.
    struct Basis: Sendable, Equatable {
        /// The segmentation that counts.
        let segmentation: Int64?
        /// Without one, the outlines that stand.
        let outlines: [ManualVolumeRecord]

        /// Looks at a scan.
        ///
        /// - Throws: `StoreError` where the store cannot be read.
        init(ofScan scan: Int64, in store: Store) throws {
            segmentation = try store.currentSegmentation(ofScan: scan)?.id
            outlines =
                try segmentation == nil
                ? store.manualVolumes(ofScan: scan).filter(\.stands) : []
        }
    }

    var volume: Volume { image.volume }

    /// Reads a scan.
    ///
    /// - Throws: `StoreError` for an unknown scan, or damaged voxels.
    init(_ store: Store, scan: Int64) throws {
        let basis = try Basis(ofScan: scan, in: store)
        self.basis = basis
        guard basis.segmentation == nil else {
            let stored = try StoredScan(store, scan: scan)
            (image, record, segmented) = (stored.image, stored.record, stored)
            mask = stored.mask
            return
        }
        let (record, patient, header) = try store.scan(scan)
        image = try ScanImage(
            volume: store.images.volume(record.contentHash), headerBytes: header,
            source: "scan \(scan)")
        self.record = record
        segmented = nil
        mask =
            try basis.outlines.isEmpty
            ? nil : Self.drawn(on: record, of: patient, like: image.volume, in: store)
    }

    /// The newest outline of each side together.
    private static func drawn(
        on scan: ScanRecord, of patient: String, like volume: Volume, in store: Store
    ) throws -> Mask? {
        let drawn = try store.exams(ofPatient: patient).filter {
            $0.scanId == scan.id && $0.source != .model && $0.side != nil
        }
        let masks = try drawn.map { try store.mask(of: $0, like: volume) }
        guard var voxels = masks.first?.voxels else { return nil }
        for more in masks.dropFirst() {
            for (place, value) in more.voxels.enumerated() where value != 0 {
                voxels[place] = value
            }
        }
        return Mask(shape: volume.shape, affine: volume.affine, voxels: voxels)
    }

    /// What needs a segmentation, such as a network's map.
    ///
    /// - Throws: ``Problem`` with status 404 where none counts.
    func needed() throws(Problem) -> StoredScan {
        guard let segmented else {
            throw Problem(404, "unknown", "No segmentation of this scan counts.")
        }
        return segmented
    }
}
