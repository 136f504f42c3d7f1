import CKernels

/// PReLU slopes of zero: ReLU.
func relu(_ channels: ChannelMap) -> [Float] {
    Array(repeating: 0, count: channels.blocks * 16)
}

/// y = x.
func copy(_ x: Activation, into y: Activation) {
    var x = x.raw
    var y = y.raw
    vsdb_copy_f32(&x, &y)
}

/// x = max(x, 0), in place.
func reluForward(_ x: Activation) {
    var raw = x.raw
    vsdb_relu_forward_f32(&raw)
}

/// dy = 0 where y is not positive, in place on dy.
func reluBackward(_ y: Activation, _ dy: Activation) {
    var y = y.raw
    var dy = dy.raw
    vsdb_relu_backward_f32(&y, &dy)
}

/// y = max over each cell of the stride.
func maxPool(_ x: Activation, into y: Activation, stride: WindowShape) {
    var x = x.raw
    var y = y.raw
    vsdb_max_pool_forward_f32(&x, &y, stride.extent)
}

/// dx += dy at each cell's first maximum.
func maxPoolBackward(
    x: Activation, y: Activation, dy: Activation, dx: Activation, stride: WindowShape
) {
    var x = x.raw
    var y = y.raw
    var dy = dy.raw
    var dx = dx.raw
    vsdb_max_pool_backward_f32(&x, &y, &dy, &dx, stride.extent)
}

/// x = 1 / (1 + exp(-x)), in place, of one channel.
func sigmoid(_ x: Activation) {
    var raw = x.raw
    vsdb_sigmoid_f32(&raw)
}

/// Turns scores into the attention map, in place, and y = x (map + residual).
func applyAttention(
    _ x: Activation, score: Activation, residual: Float, into y: Activation
) {
    sigmoid(score)
    var x = x.raw
    var map = score.raw
    var y = y.raw
    vsdb_attend_forward_f32(&x, &map, residual, &y)
}

/// The gradients of ``applyAttention(_:score:residual:into:)``: dx, and that of the score,
/// da a (1 - a), where da also holds the loss's own gradient of the map.
func attentionGradient(
    x: Activation, map: Activation, residual: Float, dy: Activation, dx: Activation,
    score: Activation, supervision: [Float]?
) {
    var xRaw = x.raw
    var mapRaw = map.raw
    var dyRaw = dy.raw
    var dxRaw = dx.raw
    var scoreRaw = score.raw
    vsdb_attend_backward_f32(&xRaw, &mapRaw, residual, &dyRaw, &dxRaw, &scoreRaw)
    let shape = map.shape
    var plain = 0
    for n in 0..<map.batch {
        for d in 0..<shape.depth {
            for h in 0..<shape.height {
                let a = map.row(n, d, h)
                let gradient = score.row(n, d, h)
                for w in 0..<shape.width {
                    let own = supervision?[plain + w] ?? 0
                    gradient[w] = (gradient[w] + own) * a[w] * (1 - a[w])
                }
                plain += shape.width
            }
        }
    }
}
