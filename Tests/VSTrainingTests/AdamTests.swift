import Testing
import VSTraining

struct AdamTests {
    @Test("three steps with weight decay equal torch.optim.Adam in float64")
    func threeSteps() {
        var parameters: [Float] = [0.5, -1.25, 0, 3, -0.125, 1e-3]
        let gradients: [[Float]] = [
            [0.1, -2, 1e-4, 0, 5, -1e-7], [-0.3, -1.5, 2e-4, 0, -4, 3e-7],
            [0.2, 0.5, -1e-4, 1, 1, 1e-8],
        ]
        let expected: [[Float]] = [
            [0.490000001, -1.24, -0.0099990001, 2.99000003, -0.135, -0.00889010989],
            [0.494924548, -1.23017406, -0.0197036223, 2.98000095, -0.135580964, -0.00219802929],
            [0.494713772, -1.22397541, -0.0231429392, 2.97358026, -0.137011022, 0.00438131672],
        ]
        var adam = Adam(count: 6, weightDecay: 1e-3)
        for (step, gradient) in gradients.enumerated() {
            parameters.withUnsafeMutableBufferPointer { parameters in
                gradient.withUnsafeBufferPointer {
                    adam.update(parameters, gradients: $0, learningRate: 1e-2)
                }
            }
            for (actual, wanted) in zip(parameters, expected[step]) {
                #expect(abs(actual - wanted) <= 2e-7 * max(1, abs(wanted)))
            }
        }
        #expect(adam.step == 3)
    }
}
