import Foundation
import VSImaging

extension QualityGate {
    /// What the voxel values say against a scan: one finding at most, the gravest first met.
    func intensities(of volume: Volume) -> [GateVerdict.Reason] {
        let voxels = volume.voxels
        guard !voxels.isEmpty else { return [] }
        let extremes = IntensityExtremes(voxels)
        if extremes.notFinite > 0 {
            return [
                .init(
                    .notFinite, .refuse,
                    "\(extremes.notFinite) of its \(voxels.count) voxels are not finite numbers.")
            ]
        }
        guard extremes.high > extremes.low else {
            return [
                .init(.constant, .refuse, "All its voxels have the value \(extremes.low).")
            ]
        }
        let values = Self.distinctValues(voxels, limit: fewestValues)
        guard values >= fewestValues else {
            return [
                .init(
                    .fewValues, .refuse,
                    "It holds \(values) different values only, as a mask does and no scan.")
            ]
        }
        let share = Double(extremes.countAtHigh) / Double(voxels.count)
        guard share > saturatedShare else { return [] }
        let percent = String(format: "%.1f", share * 100)
        return [
            .init(
                .saturated, share > uselessShare ? .refuse : .warn,
                "\(percent) % of its voxels share the largest value, so bright fluid is clipped.")
        ]
    }

    /// How many values occur, counted up to `limit`.
    private static func distinctValues(_ voxels: [Float], limit: Int) -> Int {
        var seen = Set<Float>()
        for value in voxels {
            seen.insert(value)
            if seen.count >= limit { break }
        }
        return seen.count
    }
}
