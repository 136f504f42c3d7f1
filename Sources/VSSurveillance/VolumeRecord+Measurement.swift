import VSSegmentation
import VSStore

extension VolumeRecord {
    /// The row of a measurement; its keys are set when it is recorded.
    init(_ m: TumourMeasurement, relativeSD: Double) {
        self.init(
            id: 0, segmentationId: 0, tumourId: 0, volumeMm3: m.volumeMm3,
            softVolumeMm3: m.softVolumeMm3, relativeSD: relativeSD,
            equivalentDiameterMm: m.equivalentDiameterMm, maximalDiameterMm: m.maximalDiameterMm,
            maximalAxialDiameterMm: m.maximalAxialDiameterMm, abc2Mm3: m.abc2Mm3,
            centroidXMm: m.centroid.x, centroidYMm: m.centroid.y, centroidZMm: m.centroid.z,
            componentCount: m.componentCount, sliceCount: m.sliceCount,
            peakProbability: m.peakProbability)
    }
}
