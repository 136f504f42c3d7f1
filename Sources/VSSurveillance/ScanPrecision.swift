public import VSGrowth
public import VSSegmentation

/// The error of one volume on its scan: what the model's boundary gives, and what measuring it again
/// added.
public struct ScanPrecision: Sendable {
    /// What the runs gave.
    public let repeatability: Repeatability
    /// The runs' volumes.
    public let volumes: RepeatedVolumes
    /// The model's error, as the standard deviation of ln V.
    public let modelSD: Double
    /// The scan's own error; at least the model's.
    public var relativeSD: Double { volumes.relativeSD(modelSD: modelSD) }

    /// The precision of a tumour; nil where it was measured once.
    ///
    /// - Parameters:
    ///   - tumour: the tumour.
    ///   - sliceSpacingMm: of its scan.
    ///   - error: the model's.
    public init?(
        _ tumour: SegmentedTumour, sliceSpacingMm: Double, error: MeasurementErrorModel
    ) {
        guard let repeatability = tumour.repeatability else { return nil }
        self.repeatability = repeatability
        volumes = RepeatedVolumes(repeatability.volumesMm3)
        modelSD = error.relativeSD(
            volumeMm3: tumour.measurement.volumeMm3, sliceSpacingMm: sliceSpacingMm)
    }

    /// A seed from a scan's content hash (hexadecimal), so that the same scan is changed alike.
    public static func seed(ofContent hash: String) -> UInt64 {
        UInt64(hash.prefix(16), radix: 16) ?? 0
    }
}
