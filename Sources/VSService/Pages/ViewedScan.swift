import VSGrowth
import VSImaging
import VSReport
import VSStore
import VSSurveillance

/// A scan as the viewer shows it: with the segmentation that counts, where one does, and with what readers
/// drew.
struct ViewedScan: Sendable {
    let image: ScanImage
    let record: ScanRecord
    /// The scan with its segmentation; nil where none counts.
    let segmented: StoredScan?
    /// What is outlined: the model's tumours, then the readers', as far as there are any.
    let outlines: [SlicePicture.Outline]
    /// What the outlines rest on.
    let basis: Basis

    /// What a scan's outlines rest on, by which a copy of them is known to be out of date.
    struct Basis: Sendable, Equatable {
        /// The segmentation that counts.
        let segmentation: Int64?
        /// The readers' outlines that stand.
        let readings: [ManualVolumeRecord]

        /// Looks at a scan.
        ///
        /// - Throws: `StoreError` where the store cannot be read.
        init(ofScan scan: Int64, in store: Store) throws {
            segmentation = try store.currentSegmentation(ofScan: scan)?.id
            readings = try store.manualVolumes(ofScan: scan).filter(\.stands)
        }
    }

    var volume: Volume { image.volume }

    /// Reads a scan.
    ///
    /// - Throws: `StoreError` for an unknown scan, or damaged voxels.
    init(_ store: Store, scan: Int64) throws {
        let basis = try Basis(ofScan: scan, in: store)
        self.basis = basis
        let (record, patient, header) = try store.scan(scan)
        self.record = record
        segmented = try basis.segmentation == nil ? nil : StoredScan(store, scan: scan)
        image =
            try segmented?.image
            ?? ScanImage(
                volume: store.images.volume(record.contentHash), headerBytes: header,
                source: "scan \(scan)")
        let drawn =
            try basis.readings.isEmpty
            ? nil : Self.drawn(on: record, of: patient, like: image.volume, in: store)
        outlines =
            (segmented.map { [.init($0.mask, by: .model)] } ?? [])
            + (drawn.map { [.init($0, by: .reader)] } ?? [])
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
