import Foundation

/// A short symmetric kernel along one image axis; its weights sum to one.
struct PointSpread {
    let weights: [Float]
    var reach: Int { weights.count / 2 }

    /// A Gaussian of the given full width at half maximum mixed with a windowed sinc of that width.
    init(widthMm: Double, spacingMm: Double, ringing: Double) {
        let width = widthMm / spacingMm
        let sigma = width / 2.3548
        let reach = min(8, max(1, Int((width * (ringing > 0 ? 2.2 : 1.3)).rounded(.up))))
        var kernel = (-reach...reach).map { index -> Double in
            let x = Double(index)
            // A pixel's own extent is part of the width asked for.
            let gauss = exp(-x * x / (2 * sigma * sigma))
            let t = 1.2 * x / width
            let sinc = t == 0 ? 1 : sin(.pi * t) / (.pi * t)
            let window = 0.5 + 0.5 * cos(.pi * x / Double(reach + 1))
            return (1 - ringing) * gauss + ringing * sinc * window
        }
        let sum = kernel.reduce(0, +)
        kernel = kernel.map { $0 / sum }
        weights = kernel.map(Float.init)
    }
}

/// Work on single slices with a scratch slice of its own.
struct SlicePlanes {
    private let height: Int
    private let width: Int
    private var scratch: [Float]

    init(height: Int, width: Int) {
        self.height = height
        self.width = width
        scratch = [Float](repeating: 0, count: height * width)
    }

    /// Separable convolution, borders clamped.
    mutating func convolve(
        _ plane: UnsafeMutableBufferPointer<Float>, alongWidth: PointSpread,
        alongHeight: PointSpread
    ) {
        let (height, width) = (height, width)
        let reach = alongWidth.reach
        var padded = [Float](repeating: 0, count: width + 2 * reach)
        scratch.withUnsafeMutableBufferPointer { scratch in
            padded.withUnsafeMutableBufferPointer { padded in
                for h in 0..<height {
                    let row = h * width
                    for w in 0..<width { padded[reach + w] = plane[row + w] }
                    for w in 0..<reach {
                        padded[w] = plane[row]
                        padded[reach + width + w] = plane[row + width - 1]
                    }
                    for w in 0..<width { scratch[row + w] = 0 }
                    for (tap, weight) in alongWidth.weights.enumerated() {
                        for w in 0..<width { scratch[row + w] += weight * padded[w + tap] }
                    }
                }
            }
            for h in 0..<height {
                let row = h * width
                for w in 0..<width { plane[row + w] = 0 }
                for (tap, weight) in alongHeight.weights.enumerated() {
                    let from = max(0, min(height - 1, h + tap - alongHeight.reach)) * width
                    for w in 0..<width { plane[row + w] += weight * scratch[from + w] }
                }
            }
        }
    }

    /// Adds a wrapped copy of the slice, moved along the phase direction.
    mutating func addGhost(
        _ plane: UnsafeMutableBufferPointer<Float>, amplitude: Float, shift: Int, alongWidth: Bool
    ) {
        let (height, width) = (height, width)
        scratch.withUnsafeMutableBufferPointer { scratch in
            for at in 0..<plane.count { scratch[at] = plane[at] }
            for h in 0..<height {
                for w in 0..<width {
                    let from =
                        alongWidth
                        ? h * width + (w + shift) % width : (h + shift) % height * width + w
                    plane[h * width + w] += amplitude * scratch[from]
                }
            }
        }
    }
}
