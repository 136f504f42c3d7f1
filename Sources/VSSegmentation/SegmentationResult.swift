public import VSImaging
public import VSNetwork

/// One tumour of a segmentation.
public struct SegmentedTumour: Sendable {
    /// How it came to its side.
    public enum Basis: String, Sendable, Codable {
        /// It lies where an earlier exam's tumour lay.
        case nearEarlierExam
        /// It lies on this side of the head.
        case side
        /// It lies on a side where no tumour is known though one is on the other: a second tumour,
        /// as in NF2, or a false finding; a person should look.
        case unexpectedSide
    }

    /// The side of the head it lies on.
    public let side: Side
    /// How it came to its side.
    public let basis: Basis
    /// Its voxels on the input's canonical grid.
    public let mask: Mask
    /// What was measured of it.
    public let measurement: TumourMeasurement
    /// Why the measurement deserves less confidence; empty where nothing speaks against it.
    public let cautions: [Caution]
    /// What measuring it again on small changes of the scan gave; nil where it was measured once.
    public internal(set) var repeatability: Repeatability?
}

/// A component that was found and not reported.
public struct DroppedComponent: Sendable, Hashable, Codable {
    /// Why it was dropped.
    public enum Reason: String, Sendable, Codable {
        /// It is smaller than the rule allows.
        case small
        /// Its probabilities are too low.
        case unsure
        /// Its centre lies at the midline or beyond the skull base, where none of these tumours is.
        case place
        /// Another, larger or known from an earlier exam, lies on the same side.
        case second
        /// One tumour is expected, and this is not the likeliest or not on the side named.
        case otherSide
    }

    /// Its volume, mm³.
    public let volumeMm3: Double
    /// The highest probability in it.
    public let peakProbability: Double
    /// Its centre, mm LPS.
    public let centroid: SIMD3<Double>
    /// Why it was dropped.
    public let reason: Reason
    /// The side of the head it lies on.
    public let side: Side
}

/// Seconds of each stage.
public struct SegmentationTimings: Sendable, Hashable, Codable {
    /// The quality gate.
    public var gate = 0.0
    /// Resampling and normalising.
    public var preprocessing = 0.0
    /// The network over all windows.
    public var network = 0.0
    /// Resampling back, components, measurement.
    public var postprocessing = 0.0

    /// All stages.
    public var total: Double { gate + preprocessing + network + postprocessing }

    /// Zeros.
    public init() {}
}

/// What a model says of a scan.
public struct SegmentationResult: Sendable {
    /// The tumours, one per side at most, largest first; empty is the finding "no tumour found".
    public internal(set) var tumours: [SegmentedTumour]
    /// The probability of tumour on the input's canonical grid.
    public let probability: ProbabilityMap
    /// The highest probability anywhere, also where no tumour was found.
    public let highestProbability: Double
    /// Components that were found and not reported.
    public let dropped: [DroppedComponent]
    /// What decided it beside the model.
    public let parameters: SegmentationParameters
    /// Where it was looked for; nil for the whole field of view.
    public let box: SearchBox?
    /// The share of the searched voxels that the whole network saw, 0 to 1.
    public let seenShare: Double
    /// The gate's verdict on the scan.
    public let verdict: GateVerdict
    /// Seconds of each stage.
    public let timings: SegmentationTimings
    /// The windows the network ran on.
    public let windows: Int
    /// The size of a window.
    public let window: WindowShape
    /// Bytes the run was planned to take at most.
    public let plannedBytes: Int

    /// All tumours in one mask.
    public var mask: Mask {
        var mask = Mask(
            shape: probability.shape, affine: probability.affine,
            voxels: Array(repeating: 0, count: probability.shape.count))
        for tumour in tumours {
            for index in tumour.mask.voxels.indices where tumour.mask.voxels[index] == 1 {
                mask.voxels[index] = 1
            }
        }
        return mask
    }
}
