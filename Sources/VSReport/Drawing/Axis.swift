import Foundation

/// Round numbers along an axis.
package enum Axis {
    /// About `count` round values that span the range.
    package static func ticks(from low: Double, to high: Double, about count: Int) -> [Double] {
        guard high > low else { return [low] }
        let rough = (high - low) / Double(max(count, 1))
        let power = pow(10, floor(log10(rough)))
        let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough } ?? rough
        return Array(stride(from: (low / step).rounded(.up) * step, through: high, by: step))
    }
}

/// From values to a rectangle of the canvas; y runs upwards.
struct PlotFrame {
    let x: ClosedRange<Double>
    let y: ClosedRange<Double>
    let left: Double
    let top: Double
    let width: Double
    let height: Double

    func point(_ px: Double, _ py: Double) -> (x: Double, y: Double) {
        let fx = (px - x.lowerBound) / (x.upperBound - x.lowerBound)
        let fy = (py - y.lowerBound) / (y.upperBound - y.lowerBound)
        return (left + fx * width, top + (1 - fy) * height)
    }
}
