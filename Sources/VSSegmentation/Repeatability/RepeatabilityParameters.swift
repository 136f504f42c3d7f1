/// How one scan is measured again to see how steady its volume is; kept with the result.
public struct RepeatabilityParameters: Sendable, Hashable, Codable {
    /// Runs, each with a change of its own.
    public var runs = 8
    /// The largest shift along each axis, voxels.
    public var shiftVoxels = 0.5
    /// The largest rotation about each of the patient's axes, degrees.
    public var rotationDegrees = 2.0
    /// Whether every other run sees the scan mirrored left to right.
    public var flips = true
    /// Noise that is added, in units of the scan's own.
    public var noiseFactor = 1.0
    /// What is taken around the tumour between slices, mm.
    ///
    /// With the margin in the plane it is as much as the network sees of a voxel's surroundings where
    /// it runs on a proposed place.
    public var sliceMarginMm = 18.0
    /// What is taken around the tumour within slices, mm.
    public var planeMarginMm = 32.0

    /// The defaults.
    public init() {}
}
