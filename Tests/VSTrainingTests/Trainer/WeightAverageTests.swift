import Testing
import VSNetwork
import VSTestSupport
import VSTraining

/// The average of the weights against its definition.
struct WeightAverageTests {
    private static let architecture = Architecture(baseWidth: 2)

    @Test("early weights are forgotten fast, later ones by the decay")
    func definition() {
        var average = WeightAverage(values: .random(Self.architecture, seed: 1))
        var parameter = Double(average.values.parameters[7])
        var statistic = Double(average.values.statistics[3])
        for step in 0..<40 {
            let next = ParameterValues.random(Self.architecture, seed: UInt64(step + 2))
            average.take(next, decay: 0.6)
            let decay = min(0.6, Double(1 + step) / Double(10 + step))
            parameter = decay * parameter + (1 - decay) * Double(next.parameters[7])
            statistic = decay * statistic + (1 - decay) * Double(next.statistics[3])
        }
        #expect(average.count == 40)
        #expect(abs(Double(average.values.parameters[7]) - parameter) < 1e-5)
        #expect(abs(Double(average.values.statistics[3]) - statistic) < 1e-5)
    }

    @Test("a run keeps the average, and goes on from it to the same bits")
    func resumption() throws {
        let folder = try TemporaryFolder()
        var whole = TrainingRun(folder.file("whole"))
        whole.configuration.averageDecay = 0.9
        try whole.run()
        let average = try #require(try whole.checkpoint.average)
        #expect(average.count == whole.configuration.iterations)
        let last = try whole.model("last.safetensors").values
        #expect(last == average.values)
        #expect(try last != whole.checkpoint.values)

        var run = TrainingRun(folder.file("run"))
        run.configuration = whole.configuration
        try run.run(until: 5)
        try run.run(resuming: true)
        #expect(try run.result() == whole.result())
    }

    @Test("averaging does not change what is trained, and can start in a run that had none")
    func startsLater() throws {
        let folder = try TemporaryFolder()
        let plain = TrainingRun(folder.file("plain"))
        try plain.run()
        var later = TrainingRun(folder.file("later"))
        try later.run(until: 6)
        #expect(try later.checkpoint.average == nil)
        later.configuration.averageDecay = 0.9
        try later.run(resuming: true)
        #expect(try later.checkpoint.average?.count == 6)
        #expect(try later.checkpoint.values == plain.checkpoint.values)
    }
}
