import Foundation
import VSImaging
import VSNetwork

/// Runs a predictor over overlapping windows and blends with Gaussian weights.
struct SlidingWindow {
    /// Predicts one window: input and output are [D][H][W] of the plan's window.
    typealias Predictor = (UnsafeBufferPointer<Float>, UnsafeMutableBufferPointer<Float>) throws ->
        Void

    /// The Gaussian's standard deviation as a fraction of the window (MONAI's default).
    static let sigmaFraction = 0.125
    /// The smallest weight, so that every voxel of a window counts (MONAI's default).
    static let smallestWeight: Float = 1e-3

    let plan: WindowPlan

    /// The probability of every voxel of `volume`.
    ///
    /// - Parameters:
    ///   - progress: told the fraction done after each window.
    ///   - isCancelled: asked before each window; a cancelled run throws.
    func run(
        _ volume: Volume, progress: (Double) -> Void, isCancelled: () -> Bool,
        predict: Predictor
    ) throws -> ProbabilityMap {
        let shape = volume.shape
        let weights = Self.importance(plan.window)
        var sum = [Float](repeating: 0, count: shape.count)
        var total = sum
        var input = [Float](repeating: 0, count: plan.window.count)
        var output = input
        for (number, start) in plan.starts.enumerated() {
            if isCancelled() {
                throw SegmentationError(
                    .cancelled, subject: "segmentation", message: "It was interrupted.",
                    remedy: "Nothing was stored; run it again.")
            }
            cut(volume, at: start, into: &input)
            try input.withUnsafeBufferPointer { input in
                try output.withUnsafeMutableBufferPointer { try predict(input, $0) }
            }
            add(output, weights, at: start, shape, to: &sum, &total)
            progress(Double(number + 1) / Double(plan.starts.count))
        }
        for index in sum.indices { sum[index] /= total[index] }
        return ProbabilityMap(shape: shape, affine: volume.affine, voxels: sum)
    }

    /// A window's voxels; past the volume's edge the edge is repeated.
    private func cut(_ volume: Volume, at start: SIMD3<Int>, into window: inout [Float]) {
        let shape = volume.shape
        var index = 0
        for d in 0..<plan.window.depth {
            let sd = min(start.x + d, shape.depth - 1)
            for h in 0..<plan.window.height {
                let row = shape.index(sd, min(start.y + h, shape.height - 1), 0)
                for w in 0..<plan.window.width {
                    window[index] = volume.voxels[row + min(start.z + w, shape.width - 1)]
                    index += 1
                }
            }
        }
    }

    private func add(
        _ output: [Float], _ weights: [Float], at start: SIMD3<Int>, _ shape: GridShape,
        to sum: inout [Float], _ total: inout [Float]
    ) {
        let window = plan.window
        for d in 0..<min(window.depth, shape.depth - start.x) {
            for h in 0..<min(window.height, shape.height - start.y) {
                let target = shape.index(start.x + d, start.y + h, start.z)
                let source = (d * window.height + h) * window.width
                for w in 0..<min(window.width, shape.width - start.z) {
                    sum[target + w] += output[source + w] * weights[source + w]
                    total[target + w] += weights[source + w]
                }
            }
        }
    }

    /// The Gaussian weight of each voxel of a window, largest 1.
    static func importance(_ window: WindowShape) -> [Float] {
        func line(_ count: Int) -> [Float] {
            let centre = Double(count - 1) / 2
            let sigma = Double(count) * sigmaFraction
            return (0..<count).map {
                let x = (Double($0) - centre) / sigma
                return Float(exp(-x * x / 2))
            }
        }
        let (d, h, w) = (line(window.depth), line(window.height), line(window.width))
        return d.flatMap { a in h.flatMap { b in w.map { max(a * b * $0, smallestWeight) } } }
    }
}
