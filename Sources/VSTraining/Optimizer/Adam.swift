import Foundation

/// The Adam optimiser with L2 added to the gradient (Kingma and Ba 2015), as torch.optim.Adam.
public struct Adam: Sendable, Equatable {
    /// Decay of the first moment.
    static let beta1 = 0.9
    /// Decay of the second moment.
    static let beta2 = 0.999
    /// Added to the root of the second moment.
    static let epsilon: Float = 1e-8

    /// Weight decay: this times the parameter is added to its gradient.
    public var weightDecay: Float
    package private(set) var step = 0
    package private(set) var firstMoment: [Float]
    package private(set) var secondMoment: [Float]

    /// An optimiser for `count` parameters, before its first step.
    public init(count: Int, weightDecay: Float = 1e-7) {
        self.weightDecay = weightDecay
        firstMoment = Array(repeating: 0, count: count)
        secondMoment = Array(repeating: 0, count: count)
    }

    /// An optimiser as it was saved.
    package init(weightDecay: Float, step: Int, firstMoment: [Float], secondMoment: [Float]) {
        self.weightDecay = weightDecay
        self.step = step
        self.firstMoment = firstMoment
        self.secondMoment = secondMoment
    }

    /// One step: moves `parameters` against `gradients`.
    public mutating func update(
        _ parameters: UnsafeMutableBufferPointer<Float>, gradients: UnsafeBufferPointer<Float>,
        learningRate: Double
    ) {
        step += 1
        let correction1 = 1 - pow(Self.beta1, Double(step))
        let correction2 = 1 - pow(Self.beta2, Double(step))
        let stepSize = Float(learningRate / correction1)
        let rootCorrection = Float(correction2.squareRoot())
        let (b1, b2) = (Float(Self.beta1), Float(Self.beta2))
        for i in 0..<parameters.count {
            let gradient = gradients[i] + weightDecay * parameters[i]
            firstMoment[i] += (1 - b1) * (gradient - firstMoment[i])
            secondMoment[i] = b2 * secondMoment[i] + (1 - b2) * gradient * gradient
            let root = secondMoment[i].squareRoot() / rootCorrection + Self.epsilon
            parameters[i] -= stepSize * firstMoment[i] / root
        }
    }
}
