public import VSImaging

/// One case's prediction against its truth.
public struct CaseScore: Sendable, Equatable, Codable {
    /// The case.
    public let id: String
    /// 2 |A and B| / (|A| + |B|).
    public let dice: Double
    /// Average symmetric surface distance, mm; nil where either mask is empty.
    public let assdMm: Double?
    /// 95th percentile of the surface distance, mm; nil where either mask is empty.
    public let hd95Mm: Double?
    /// The predicted volume, mm³.
    public let volumeMm3: Double
    /// The true volume, mm³; zero for a tumour-free case.
    public let truthVolumeMm3: Double
    /// (predicted - true) / true, percent, signed; nil for a tumour-free case.
    public let rvePercent: Double?
    /// A tumour is there and nothing was found that touches it.
    public let isMissed: Bool
    /// Predicted components that do not touch the truth.
    public let falseComponents: Int

    /// Scores a prediction.
    public init(id: String, prediction: Mask, truth: Mask) throws(ImagingError) {
        let overlap = try OverlapMetrics(prediction: prediction, truth: truth)
        let distance = try SurfaceDistance.between(prediction, truth)
        self.id = id
        dice = overlap.dice
        assdMm = distance?.assdMm
        hd95Mm = distance?.hd95Mm
        volumeMm3 = overlap.volumeMm3
        truthVolumeMm3 = overlap.truthVolumeMm3
        rvePercent = overlap.relativeVolumeError.map { 100 * $0 }
        isMissed = !truth.isEmpty && overlap.dice == 0
        falseComponents =
            ConnectedComponents(prediction).components
            .filter { part in !part.voxels.contains { truth.voxels[$0] == 1 } }.count
    }
}
