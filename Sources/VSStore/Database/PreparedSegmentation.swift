import Foundation
import VSImaging

/// A tumour whose mask is compressed, which takes too long to hold the write lock for.
struct PreparedTumour: Sendable {
    let side: String
    let volume: VolumeRecord
    let mask: Data
    let repeatability: RepeatabilityRecord?

    init(
        side: String, volume: VolumeRecord, mask: Data, repeatability: RepeatabilityRecord? = nil
    ) {
        self.side = side
        self.volume = volume
        self.mask = mask
        self.repeatability = repeatability
    }

    /// Compresses a tumour's mask.
    init(_ entry: TumourEntry) throws {
        self.init(
            side: entry.side, volume: entry.volume,
            mask: try entry.mask.voxels.withUnsafeBytes(Compression.deflate),
            repeatability: entry.repeatability)
    }
}

/// A segmentation ready for its transaction.
struct PreparedSegmentation: Sendable {
    let entry: SegmentationEntry
    let tumours: [PreparedTumour]

    init(_ entry: SegmentationEntry, tumours: [PreparedTumour]) {
        self.entry = entry
        self.tumours = tumours
    }

    /// Compresses the masks.
    init(_ entry: SegmentationEntry) throws {
        self.init(entry, tumours: try entry.tumours.map { try PreparedTumour($0) })
    }
}
