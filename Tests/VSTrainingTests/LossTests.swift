import Foundation
import Testing
import VSNetwork
import VSTestSupport
import VSTraining

/// The hardness-weighted Dice loss against the reference and against its definition.
struct LossTests {
    /// Of the largest gradient: the reference works in float32, we sum in float64.
    static let tolerance: Float = 1e-5

    @Test(
        "loss and gradient equal the reference for one class and two, at every lambda",
        arguments: [1, 2], [0.0, 0.4, 0.6, 1.0])
    func reference(classes: Int, hardness: Double) throws {
        let golden = try SafeTensors(contentsOf: goldenPath("losses.safetensors"))
        let p = try #require(golden.tensors["c\(classes).p"]).values
        let g = try #require(golden.tensors["c\(classes).g"]).values
        let expected = try #require(golden.tensors["c\(classes).grad.\(hardness)"]).values
        let values = try goldenLosses()
        let (value, gradient) = HardnessWeightedDice(hardness: hardness)
            .loss(p: p, g: g, batch: 2, classes: classes)
        #expect(abs(value - (try #require(values["c\(classes).loss.\(hardness)"]))) < 1e-6)
        let scale = expected.reduce(0) { max($0, abs($1)) }
        let worst = zip(gradient, expected).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
        #expect(worst <= Self.tolerance * scale, "\(worst) of \(scale)")
    }

    @Test("the gradient is the slope of the loss, the weight differentiated through")
    func slope() {
        let loss = HardnessWeightedDice(hardness: 0.6)
        let p: [Float] = [0.1, 0.8, 0.35, 0.6, 0.05, 0.9]
        let g: [Float] = [0, 1, 0, 1, 0, 0]
        let gradient = loss.loss(p: p, g: g, batch: 1, classes: 1).gradient
        for index in p.indices {
            let step: Float = 1e-3
            var (up, down) = (p, p)
            up[index] += step
            down[index] -= step
            let difference =
                loss.loss(p: up, g: g, batch: 1, classes: 1).value
                - loss.loss(p: down, g: g, batch: 1, classes: 1).value
            let slope = difference / Double(up[index] - down[index])
            #expect(abs(Double(gradient[index]) - slope) < 1e-4)
        }
    }

    @Test("a perfect answer costs nothing, an empty one everything")
    func extremes() {
        let loss = HardnessWeightedDice(hardness: 0.6)
        let g: [Float] = [0, 1, 1, 0]
        #expect(abs(loss.loss(p: g, g: g, batch: 1, classes: 1).value) < 1e-9)
        #expect(loss.loss(p: [0, 0, 0, 0], g: g, batch: 1, classes: 1).value > 0.9999)
    }

    private func goldenLosses() throws -> [String: Double] {
        struct Golden: Decodable { var losses: [String: Double] }
        let data = try Data(contentsOf: URL(fileURLWithPath: goldenPath("golden.json")))
        return try JSONDecoder().decode(Golden.self, from: data).losses
    }
}
