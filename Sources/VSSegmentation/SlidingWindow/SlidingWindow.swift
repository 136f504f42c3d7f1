package import VSImaging
import VSNetwork

/// Runs a predictor over overlapping windows and blends with Gaussian weights.
package struct SlidingWindow {
    /// Predicts one window: input and output are [D][H][W] of the plan's window.
    package typealias Predictor = (
        UnsafeBufferPointer<Float>, UnsafeMutableBufferPointer<Float>
    ) throws -> Void

    private let plan: WindowPlan
    private let weights: [Float]

    /// Blending over the windows of a plan.
    package init(_ plan: WindowPlan) {
        self.plan = plan
        // One window needs no weights.
        weights = plan.starts.count > 1 ? ImportanceMap(plan.window).weights : []
    }

    /// Predicts every voxel of a volume.
    ///
    /// - Parameters:
    ///   - volume: normalised, of the plan's size.
    ///   - progress: told the fraction done after each window.
    ///   - isCancelled: asked before and after each window; a cancelled run throws.
    ///   - predict: the network.
    /// - Returns: the weighted mean of the windows that see a voxel.
    /// - Throws: ``SegmentationError`` when cancelled, and what `predict` throws.
    package func run(
        _ volume: Volume, progress: (Double) -> Void, isCancelled: () -> Bool,
        predict: Predictor
    ) throws -> ProbabilityMap {
        precondition(volume.shape == plan.volume, "the plan is for this volume")
        let shape = volume.shape
        guard plan.starts.count > 1 else {
            let map = try single(volume, progress, isCancelled, predict)
            return ProbabilityMap(shape: shape, affine: volume.affine, voxels: map)
        }
        var sum = [Float](repeating: 0, count: shape.count)
        var total = sum
        var output = [Float](repeating: 0, count: plan.window.count)
        for (number, start) in plan.starts.enumerated() {
            try Self.check(isCancelled)
            let input = volume.cut(plan.window, at: start)
            try input.withUnsafeBufferPointer { input in
                try output.withUnsafeMutableBufferPointer { try predict(input, $0) }
            }
            try Self.check(isCancelled)
            add(output, at: start, shape, to: &sum, &total)
            progress(Double(number + 1) / Double(plan.starts.count))
        }
        for index in sum.indices { sum[index] /= total[index] }
        return ProbabilityMap(shape: shape, affine: volume.affine, voxels: sum)
    }

    /// One window has nothing to be blended with: its voxels are the volume's, past which it may reach.
    private func single(
        _ volume: Volume, _ progress: (Double) -> Void, _ isCancelled: () -> Bool,
        _ predict: Predictor
    ) throws -> [Float] {
        let (shape, window) = (volume.shape, plan.window)
        try Self.check(isCancelled)
        var output = [Float](repeating: 0, count: window.count)
        // No copy unless the window reaches past the volume.
        let input =
            window.count > shape.count ? volume.cut(window, at: .zero) : volume.voxels
        try input.withUnsafeBufferPointer { input in
            try output.withUnsafeMutableBufferPointer { try predict(input, $0) }
        }
        // It takes the whole run, so an interruption during it counts, too.
        try Self.check(isCancelled)
        // In place: rows only ever move forward.
        for d in 0..<shape.depth {
            for h in 0..<shape.height {
                let target = shape.index(d, h, 0)
                let source = (d * window.height + h) * window.width
                guard source != target else { continue }
                for w in 0..<shape.width { output[target + w] = output[source + w] }
            }
        }
        output.removeLast(window.count - shape.count)
        progress(1)
        return output
    }

    /// Throws where a run was cancelled.
    static func check(_ isCancelled: () -> Bool) throws(SegmentationError) {
        guard isCancelled() else { return }
        throw SegmentationError(
            .cancelled, subject: "segmentation", message: "It was interrupted.",
            remedy: "Nothing was stored; run it again.")
    }

    private func add(
        _ output: [Float], at start: SIMD3<Int>, _ shape: GridShape,
        to sum: inout [Float], _ total: inout [Float]
    ) {
        let window = plan.window
        for d in 0..<min(window.depth, shape.depth - start.x) {
            for h in 0..<min(window.height, shape.height - start.y) {
                let target = shape.index(start.x + d, start.y + h, start.z)
                let source = (d * window.height + h) * window.width
                let count = min(window.width, shape.width - start.z)
                for w in 0..<count {
                    sum[target + w] += output[source + w] * weights[source + w]
                    total[target + w] += weights[source + w]
                }
            }
        }
    }
}

extension Volume {
    /// A window's voxels; past the volume's edge the edge is repeated.
    func cut(_ side: WindowShape, at start: SIMD3<Int>) -> [Float] {
        let inside = min(side.width, shape.width - start.z)
        let plane = side.height * side.width
        return [Float](count: side.count, parts: side.depth) { range, target in
            let d = min(start.x + range.lowerBound / plane, shape.depth - 1)
            voxels.withUnsafeBufferPointer { source in
                var index = 0
                for h in 0..<side.height {
                    let row = shape.index(d, min(start.y + h, shape.height - 1), start.z)
                    for w in 0..<inside { target[index + w] = source[row + w] }
                    for w in inside..<side.width { target[index + w] = source[row + inside - 1] }
                    index += side.width
                }
            }
        }
    }
}
