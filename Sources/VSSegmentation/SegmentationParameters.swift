public import VSNetwork

/// Everything that decides a segmentation beside the model; kept with each result, so that an old
/// answer can be made again.
public struct SegmentationParameters: Sendable, Hashable, Codable {
    /// The probability a voxel must reach.
    public var threshold = 0.5
    /// Components smaller than this are dropped, mm³, unless they lie near a tumour.
    public var smallestComponentMm3 = 20.0
    /// A component is dropped unless its highest probability reaches this.
    public var componentPeak = 0.9
    /// A component is dropped unless its mean probability reaches this.
    public var componentMean = 0.6
    /// Parts of one tumour lie within this distance of its largest, mm.
    public var partDistanceMm = 6.0
    /// Tumours on one side of the head: the largest, and no more.
    public var tumoursPerSide = 1
    /// A component within this distance of an earlier exam's centroid is the same tumour, mm.
    public var earlierExamReachMm = 15.0
    /// How far the windows of a model that has some overlap, a fraction of the window; other models see
    /// the whole scan at once.
    public var overlap = 0.25
    /// Whether the whole scan is run through the network, and not only where its coarse levels see
    /// something; where they see nothing it always is.
    public var isExhaustive = false
    /// Memory the run may take beside the model, bytes; the result does not depend on it.
    public var memoryLimitBytes = 3 << 30

    /// The defaults.
    public init() {}

    /// These parameters with the thresholds that a model brings in place of the defaults.
    public func withThresholds(of model: ModelDescription) -> SegmentationParameters {
        var result = self
        result.threshold = model.threshold
        if let peak = model.componentPeak { result.componentPeak = peak }
        if let volume = model.componentVolumeMm3 { result.smallestComponentMm3 = volume }
        return result
    }

    /// Throws unless every number is in its range.
    func check() throws(SegmentationError) {
        let problem: String? =
            if !(threshold > 0 && threshold <= 1) {
                "The threshold is \(threshold), and it must be above 0 and at most 1."
            } else if !(0...0.9).contains(overlap) {
                "Windows overlap by \(overlap), and it must be 0 to 0.9."
            } else if !(componentPeak <= 1 && componentMean <= 1) {
                "A component would need a probability above 1."
            } else if tumoursPerSide < 1 {
                "No tumour per side is allowed."
            } else {
                nil
            }
        guard let problem else { return }
        throw SegmentationError(
            .parameters, subject: "segmentation parameters", message: problem,
            remedy: "Correct it, or leave the default.")
    }
}
