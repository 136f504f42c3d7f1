import Foundation
import VSImaging

/// A smooth multiplicative sensitivity: the exponential of a few long cosine waves.
struct BiasField {
    private struct Wave {
        var frequency: SIMD3<Float>
        var amplitude: Float
        var phase: Float
    }

    private static let blockSize = 16
    private let shape: GridShape
    private var waves: [Wave] = []

    /// Waves of one to four times the field of view, together of the given standard deviation.
    init(strength: Double, shape: GridShape, random: inout CounterRandom) {
        self.shape = shape
        for _ in 0..<5 {
            let cycles = SIMD3<Double>(
                random.uniform(-0.3, 0.3), random.uniform(-0.9, 0.9), random.uniform(-0.9, 0.9))
            waves.append(
                Wave(
                    frequency: SIMD3<Float>(
                        2 * .pi * cycles
                            / SIMD3(
                                Double(shape.depth), Double(shape.height), Double(shape.width))),
                    amplitude: Float(strength * (2.0 / 5).squareRoot()),
                    phase: Float(random.uniform(0, 2 * .pi))))
        }
    }

    /// Multiplies one slice; exact on a lattice of 16 pixels, linear between.
    func multiply(_ plane: UnsafeMutableBufferPointer<Float>, slice: Int) {
        let block = Self.blockSize
        let columns = shape.width / block + 2
        let rows = shape.height / block + 2
        var lattice = [Float](repeating: 1, count: rows * columns)
        for r in 0..<rows {
            for c in 0..<columns {
                let at = SIMD3<Float>(Float(slice), Float(r * block), Float(c * block))
                let sum = waves.reduce(Float(0)) {
                    $0 + $1.amplitude * cos(($1.frequency * at).sum() + $1.phase)
                }
                lattice[r * columns + c] = exp(sum)
            }
        }
        var row = [Float](repeating: 0, count: columns)
        for h in 0..<shape.height {
            let r = h / block
            let down = Float(h % block) / Float(block)
            for c in 0..<columns {
                let above = lattice[r * columns + c]
                row[c] = above + down * (lattice[(r + 1) * columns + c] - above)
            }
            for w in 0..<shape.width {
                let c = w / block
                let along = Float(w % block) / Float(block)
                plane[h * shape.width + w] *= row[c] + along * (row[c + 1] - row[c])
            }
        }
    }
}
