import Testing
import VSNetwork
import VSTraining

struct WeightInitialisationTests {
    @Test("random weights have variance 2 / fan-in, the same for the same seed")
    func weights() {
        let architecture = Architecture(baseWidth: 8)
        let values = ParameterValues.random(architecture, seed: 6)
        #expect(values == .random(architecture, seed: 6))
        #expect(values.parameters != ParameterValues.random(architecture, seed: 7).parameters)
        // Inputs of one output: channels times taps; of a transposed convolution the channels.
        for (name, fan) in [
            ("encoder.0.unit2.conv.weight", 8 * 9), ("decoder.3.unit1.conv.weight", 64 * 27),
            ("upsample.2.conv.weight", 32), ("attend.2.reduce.weight", 48 * 27),
        ] {
            let own = values[name].map(Double.init)
            let square = own.reduce(0) { $0 + $1 * $1 } / Double(own.count)
            // Five standard errors of a variance: 5 * root(2 / count).
            let error = 5 * (2 / Double(own.count)).squareRoot()
            #expect(abs(square * Double(fan) / 2 - 1) < error, "\(name)")
        }
        #expect(values["encoder.2.unit1.conv.bias"].allSatisfy { $0 == 0 })
        #expect(values["encoder.2.unit1.norm.weight"].allSatisfy { $0 == 1 })
        #expect(values["encoder.2.unit1.norm.bias"].allSatisfy { $0 == 0 })
        #expect(values["encoder.2.unit1.act.weight"].allSatisfy { $0 == 0.25 })
        #expect(values["encoder.2.unit1.norm.running_var"].allSatisfy { $0 == 1 })
    }
}
