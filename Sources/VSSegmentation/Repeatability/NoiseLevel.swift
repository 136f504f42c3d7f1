import VSImaging

/// The noise of a scan, from the scan itself.
enum NoiseLevel {
    /// The standard deviation of the noise of a voxel.
    ///
    /// Within slices the difference of two Laplacians (1 -2 1 by 1 -2 1), which anatomy hardly passes,
    /// has 6 times the noise's standard deviation (Immerkær 1996); its median magnitude over 0.6745
    /// is that deviation where edges are few. Smoothed or interpolated scans give less than they
    /// hold. Zero for a plane of fewer than 3 x 3 voxels or constant values.
    static func sd(of volume: Volume) -> Float {
        let shape = volume.shape
        guard shape.height >= 3, shape.width >= 3 else { return 0 }
        let weights: [Float] = [1, -2, 1]
        var magnitudes: [Float] = []
        magnitudes.reserveCapacity(shape.count)
        for d in 0..<shape.depth {
            for h in 1..<shape.height - 1 {
                for w in 1..<shape.width - 1 {
                    var sum: Float = 0
                    for a in 0..<3 {
                        let row = shape.index(d, h + a - 1, w - 1)
                        for b in 0..<3 { sum += weights[a] * weights[b] * volume.voxels[row + b] }
                    }
                    if sum.isFinite { magnitudes.append(abs(sum)) }
                }
            }
        }
        guard !magnitudes.isEmpty else { return 0 }
        magnitudes.sort()
        return magnitudes[magnitudes.count / 2] / (6 * 0.6745)
    }
}
