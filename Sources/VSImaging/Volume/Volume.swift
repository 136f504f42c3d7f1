/// Voxel values with their geometry, in canonical order D (through-plane), H, W.
public struct Volume: Sendable, Equatable {
    /// The size of the array.
    public let shape: GridShape
    /// From voxel (d, h, w) to mm in LPS.
    public let affine: Affine
    /// The values; `shape.count` of them, W fastest.
    public var voxels: [Float]

    /// Makes a volume.
    ///
    /// - Precondition: `voxels.count == shape.count`.
    public init(shape: GridShape, affine: Affine, voxels: [Float]) {
        precondition(voxels.count == shape.count, "a volume holds one value per voxel")
        self.shape = shape
        self.affine = affine
        self.voxels = voxels
    }

    /// The value of voxel (d, h, w).
    public subscript(_ d: Int, _ h: Int, _ w: Int) -> Float {
        get { voxels[shape.index(d, h, w)] }
        set { voxels[shape.index(d, h, w)] = newValue }
    }
}

/// The network's foreground probability, 0 to 1, at every voxel of a grid.
public typealias ProbabilityMap = Volume
