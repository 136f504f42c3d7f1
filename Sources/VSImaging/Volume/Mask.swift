import Foundation

/// A binary volume: 1 inside the tumour, 0 outside; canonical order D, H, W.
public struct Mask: Sendable, Equatable {
    /// The size of the array.
    public let shape: GridShape
    /// From voxel (d, h, w) to mm in LPS.
    public let affine: Affine
    /// 0 or 1; `shape.count` of them, W fastest.
    public var voxels: [UInt8]

    /// Makes a mask.
    ///
    /// - Precondition: `voxels.count == shape.count`.
    public init(shape: GridShape, affine: Affine, voxels: [UInt8]) {
        precondition(voxels.count == shape.count, "a mask holds one value per voxel")
        self.shape = shape
        self.affine = affine
        self.voxels = voxels
    }

    /// The value of voxel (d, h, w), 0 or 1.
    public subscript(_ d: Int, _ h: Int, _ w: Int) -> UInt8 {
        get { voxels[shape.index(d, h, w)] }
        set { voxels[shape.index(d, h, w)] = newValue }
    }

    /// An empty mask on a volume's grid.
    public init(emptyOn volume: Volume) {
        self.init(
            shape: volume.shape, affine: volume.affine,
            voxels: [UInt8](repeating: 0, count: volume.shape.count))
    }

    /// Adds another mask's foreground.
    ///
    /// - Precondition: both have one grid.
    public mutating func formUnion(_ other: Mask) {
        precondition(other.shape == shape, "masks are united on one grid")
        for index in voxels.indices where other.voxels[index] == 1 { voxels[index] = 1 }
    }

    /// The number of foreground voxels.
    public var voxelCount: Int { voxels.reduce(0) { $0 + Int($1) } }

    /// Whether no voxel is foreground.
    public var isEmpty: Bool { firstForeground(from: 0, to: voxels.count) == nil }

    /// The first foreground voxel in memory within a range, if any.
    func firstForeground(from start: Int, to end: Int) -> Int? {
        voxels.withUnsafeBytes { bytes in
            guard start < end, let base = bytes.baseAddress,
                let found = memchr(base + start, 1, end - start)
            else { return nil }
            return UnsafeRawPointer(found) - base
        }
    }

    /// The last foreground voxel in memory within a range, if any.
    func lastForeground(from start: Int, to end: Int) -> Int? {
        voxels.withUnsafeBufferPointer { voxels in
            (start..<end).last { voxels[$0] == 1 }
        }
    }

    /// The mask's volume in mm³: its voxel count times |det(affine)|.
    ///
    /// The slice distance comes from the affine, never from SliceThickness, so gaps and overlaps
    /// between slices count as they were scanned.
    /// - Returns: mm³; zero only for an empty mask, which callers record as a finding and never as
    ///   a measurement.
    public func volumeMm3() -> Double { Double(voxelCount) * affine.voxelVolumeMm3 }
}
