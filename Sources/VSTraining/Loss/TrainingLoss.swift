import Foundation
import Synchronization
package import VSNetwork

/// The training loss of Wang et al., MICCAI 2019, equation 1: the segmentation loss plus, for
/// supervised attention, the mean over levels of the loss of each attention map against the
/// average-pooled foreground.
package struct TrainingLoss: Sendable {
    /// The loss of one tensor.
    package var dice: HardnessWeightedDice
    /// Whether the attention maps take part.
    package var supervised: Bool

    package init(dice: HardnessWeightedDice, supervised: Bool) {
        self.dice = dice
        self.supervised = supervised
    }

    /// The loss of one step and its gradients.
    ///
    /// - Parameters:
    ///   - logits: [N][2][V].
    ///   - maps: attention maps, finest level first, each [N] times its level's voxels.
    ///   - foreground: the truth, [N][V], 0 or 1.
    ///   - batch: N.
    ///   - shapes: the shape of each level; the first is that of `foreground`.
    /// - Returns: the loss, its gradient for the logits, and for the maps (empty if unsupervised).
    package func evaluate(
        logits: [Float], maps: [[Float]], foreground: [Float], batch: Int, shapes: [WindowShape]
    ) -> (value: Double, logits: [Float], maps: [[Float]]) {
        guard supervised, !maps.isEmpty else {
            let (value, gradient) = segmentationLoss(logits, foreground, batch: batch)
            return (value, gradient, [])
        }
        // A voxel's worth of work on either side, on a thread each.
        let segmentation = Mutex((value: 0.0, gradient: [Float]()))
        let attention = Mutex((value: 0.0, gradients: [[Float]]()))
        DispatchQueue.concurrentPerform(iterations: 2) { part in
            if part == 0 {
                let result = segmentationLoss(logits, foreground, batch: batch)
                segmentation.withLock { $0 = result }
            } else {
                let result = attentionLoss(maps, foreground, batch: batch, shapes: shapes)
                attention.withLock { $0 = result }
            }
        }
        let (value, gradient) = segmentation.withLock { $0 }
        let (mapsValue, gradients) = attention.withLock { $0 }
        return (value + mapsValue, gradient, gradients)
    }

    /// The loss of the foreground's probabilities and its gradient for the logits [N][2][V].
    private func segmentationLoss(
        _ logits: [Float], _ foreground: [Float], batch: Int
    ) -> (value: Double, gradient: [Float]) {
        let voxels = foreground.count / batch
        var p = [Float](repeating: 0, count: logits.count)
        var g = p
        for n in 0..<batch {
            let first = n * 2 * voxels
            for v in 0..<voxels {
                let probability = 1 / (1 + exp(logits[first + v] - logits[first + voxels + v]))
                p[first + v] = 1 - probability
                p[first + voxels + v] = probability
                let truth = foreground[n * voxels + v]
                g[first + v] = 1 - truth
                g[first + voxels + v] = truth
            }
        }
        var (value, gradient) = dice.loss(p: p, g: g, batch: batch, classes: 2)
        // Softmax of two classes: d p1 / d z1 = p0 p1, and the other signs follow.
        for n in 0..<batch {
            let first = n * 2 * voxels
            for v in first..<first + voxels {
                let slope = p[v] * p[v + voxels] * (gradient[v + voxels] - gradient[v])
                gradient[v] = -slope
                gradient[v + voxels] = slope
            }
        }
        return (value, gradient)
    }

    /// The mean over levels of each map's loss against the average-pooled foreground, and the maps'
    /// gradients.
    private func attentionLoss(
        _ maps: [[Float]], _ foreground: [Float], batch: Int, shapes: [WindowShape]
    ) -> (value: Double, gradients: [[Float]]) {
        var value = 0.0
        var gradients: [[Float]] = []
        var truth = foreground
        for (level, map) in maps.enumerated() {
            // Cells nest, so that a level's means are those of the level before.
            if level > 0 {
                truth = averagePool(truth, batch: batch, from: shapes[level - 1], to: shapes[level])
            }
            let (part, gradient) = dice.loss(p: map, g: truth, batch: batch, classes: 1)
            value += part / Double(maps.count)
            gradients.append(gradient.map { $0 / Float(maps.count) })
        }
        return (value, gradients)
    }
}

/// The mean of each cell: [N] volumes of shape `fine` to [N] volumes of shape `coarse`.
func averagePool(
    _ values: [Float], batch: Int, from fine: WindowShape, to coarse: WindowShape
) -> [Float] {
    if fine == coarse { return values }
    let cell = (
        d: fine.depth / coarse.depth, h: fine.height / coarse.height, w: fine.width / coarse.width
    )
    var result = [Float](repeating: 0, count: batch * coarse.count)
    for row in 0..<batch * fine.depth * fine.height {
        let h = row % fine.height
        let plane = row / fine.height
        let d = plane % fine.depth
        let n = plane / fine.depth
        let target = ((n * coarse.depth + d / cell.d) * coarse.height + h / cell.h) * coarse.width
        for w in 0..<coarse.width * cell.w {
            result[target + w / cell.w] += values[row * fine.width + w]
        }
    }
    let scale = 1 / Float(cell.d * cell.h * cell.w)
    return result.map { $0 * scale }
}
