import Testing
import VSNetwork
import VSTestSupport

struct ParameterLayoutTests {
    @Test("the default network has 1 714 871 parameters, one PReLU slope per channel among them")
    func count() {
        let layout = ParameterLayout(Architecture())
        #expect(layout.parameterCount == 1_714_871)
        // With one slope per unit, as PyTorch's PReLU() has by default, it would be 1 713 933.
        let slopes = layout.parameters.filter { $0.name.hasSuffix("act.weight") }
        let surplus = slopes.reduce(0) { $0 + $1.count - 1 }
        #expect(layout.parameterCount - surplus == 1_713_933)
    }

    @Test("the count of a planar network without attention, worked by hand", arguments: [1, 2, 7])
    func countByHand(width w: Int) {
        // With level l of l w channels, 9 taps, convolutions have
        //   encoder: 9 w (1 + w (1 + 2 + 4 + 6 + 9 + 12 + 16 + 20 + 25)) and 30 w biases,
        //   upsample: 4 w² (2 + 6 + 12 + 20) and 10 w biases,
        //   decoder: 9 w² (2 + 1 + 8 + 4 + 18 + 9 + 32 + 16) and 20 w biases;
        // every unit's normalisation and PReLU have three more per channel: 60 w channels in all;
        // the classifier 2 w + 2.
        let square = w * w
        let encoder = 9 * w + 9 * square * 95 + 30 * w
        let upsample = 4 * square * 40 + 10 * w
        let decoder = 9 * square * 90 + 20 * w
        let sum = encoder + upsample + decoder + 3 * 60 * w + 2 * w + 2
        let layout = ParameterLayout(
            Architecture(geometry: .planar, attention: .none, baseWidth: w))
        #expect(layout.parameterCount == sum)
        // Mean and variance of each of the 60 w channels.
        #expect(layout.statisticCount == 120 * w)
    }

    @Test(
        "names and shapes are those of the reference's state dictionary",
        arguments: GoldenInferenceTests.variants)
    func names(name: String, geometry: Geometry, attention: Attention) throws {
        let golden = try SafeTensors(contentsOf: goldenPath("\(name).safetensors"))
        let prefix = "parameter."
        let stored = golden.tensors.filter { $0.key.hasPrefix(prefix) }
            .map { ("\($0.key.dropFirst(prefix.count))", $0.value.shape) }
        let layout = ParameterLayout(
            Architecture(geometry: geometry, attention: attention, baseWidth: 4))
        let ours = (layout.parameters + layout.statistics).map { ($0.name, $0.shape) }
        #expect(
            Dictionary(uniqueKeysWithValues: ours) == Dictionary(uniqueKeysWithValues: stored))
    }

    @Test("the places fill the array one after the other", arguments: Architecture.allTiny)
    func places(architecture: Architecture) {
        let layout = ParameterLayout(architecture)
        for (entries, count) in [
            (layout.parameters, layout.parameterCount), (layout.statistics, layout.statisticCount),
        ] {
            var end = 0
            for entry in entries {
                #expect(entry.offset == end)
                #expect(layout.entry(entry.name) == entry)
                end += entry.shape.reduce(1, *)
            }
            #expect(end == count)
        }
    }

    @Test("new values are zero, and running variances one")
    func fresh() {
        let values = ParameterValues(layout: ParameterLayout(Architecture(baseWidth: 2)))
        #expect(values.parameters.allSatisfy { $0 == 0 })
        for entry in values.layout.statistics {
            let expected: Float = entry.name.hasSuffix("running_var") ? 1 : 0
            #expect(values[entry.name].allSatisfy { $0 == expected })
        }
    }

    @Test("values go through tensors by name and back")
    func tensors() throws {
        let architecture = Architecture(attention: .gate, baseWidth: 3)
        let values = ParameterValues.sample(architecture, seed: 81)
        var tensors = values.tensors
        #expect(tensors["attend.1.theta.weight"]?.shape == [3, 6, 1, 1, 1])
        tensors["of another kind"] = TensorData(shape: [1], values: [1])
        let back = try ParameterValues(
            layout: values.layout,
            tensors: Dictionary(uniqueKeysWithValues: tensors.map { ("x." + $0.key, $0.value) }),
            prefix: "x.", subject: "test")
        #expect(back == values)
    }
}
