/// Everything that decides a segmentation beside the model; kept with each result, so that an old
/// answer can be made again.
public struct SegmentationParameters: Sendable, Hashable, Codable {
    /// The probability a voxel must reach.
    public var threshold = 0.5
    /// Components smaller than this are dropped, mm³.
    public var smallestComponentMm3 = 20.0
    /// A component is dropped unless its highest probability reaches this.
    public var componentPeak = 0.9
    /// A component is dropped unless its mean probability reaches this.
    public var componentMean = 0.7
    /// Parts of one tumour lie within this distance of its largest, mm.
    public var partDistanceMm = 6.0
    /// Tumours on one side of the head: the largest, and no more.
    public var tumoursPerSide = 1
    /// How far windows overlap, a fraction of the window.
    public var overlap = 0.25
    /// Memory the run may take, bytes.
    public var memoryLimitBytes = 3 << 30

    /// The defaults.
    public init() {}
}
