/// The size of a voxel array in canonical order: D slices of H rows of W columns.
///
/// The last axis is contiguous in memory, so voxel (d, h, w) lies at `(d * height + h) * width + w`.
public struct GridShape: Hashable, Sendable, Codable {
    /// Slices along the through-plane axis (D).
    public var depth: Int
    /// Rows in a slice (H).
    public var height: Int
    /// Columns in a row (W).
    public var width: Int

    /// Makes a shape of `depth` x `height` x `width` voxels.
    public init(depth: Int, height: Int, width: Int) {
        self.depth = depth
        self.height = height
        self.width = width
    }

    /// The number of voxels.
    public var count: Int { depth * height * width }

    /// The position in memory of voxel (d, h, w); the caller keeps it inside the shape.
    public func index(_ d: Int, _ h: Int, _ w: Int) -> Int { (d * height + h) * width + w }

    /// The voxel (d, h, w) at a position in memory.
    func place(_ index: Int) -> (Int, Int, Int) {
        (index / width / height, index / width % height, index % width)
    }

    /// Whether (d, h, w) names a voxel of this shape.
    public func contains(_ d: Int, _ h: Int, _ w: Int) -> Bool {
        d >= 0 && d < depth && h >= 0 && h < height && w >= 0 && w < width
    }
}
