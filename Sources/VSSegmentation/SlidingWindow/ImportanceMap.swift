import Foundation
package import VSNetwork

/// How much each voxel of a window counts where windows overlap: a Gaussian about the centre, as in
/// MONAI's `compute_importance_map` with mode "gaussian".
package struct ImportanceMap {
    /// The standard deviation as a fraction of the window's side (MONAI's default).
    static let sigmaFraction = 0.125
    /// The smallest weight, so that every voxel of a window counts (MONAI's default).
    static let smallestWeight: Float = 1e-3

    /// [D][H][W] of the window, each 0.001 to 1.
    package let weights: [Float]

    /// The map of a window.
    package init(_ window: WindowShape) {
        func line(_ count: Int) -> [Float] {
            let centre = Double(count - 1) / 2
            let sigma = Double(count) * Self.sigmaFraction
            return (0..<count).map {
                let x = (Double($0) - centre) / sigma
                return Float(exp(-x * x / 2))
            }
        }
        let (d, h, w) = (line(window.depth), line(window.height), line(window.width))
        var weights: [Float] = []
        weights.reserveCapacity(window.count)
        for a in d {
            for b in h { for c in w { weights.append(max(a * b * c, Self.smallestWeight)) } }
        }
        self.weights = weights
    }
}
