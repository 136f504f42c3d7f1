import Foundation
import Testing
import VSTraining

struct TrainingConfigurationTests {
    @Test("the defaults are the paper's recipe")
    func recipe() {
        let configuration = TrainingConfiguration()
        #expect(configuration.batch == 2)
        #expect(configuration.learningRate == 1e-4)
        #expect(configuration.halvingIterations == 10_000)
        #expect(configuration.iterations == 30_000)
        #expect(configuration.weightDecay == 1e-7)
        #expect(configuration.hardness == 0.6)
    }

    @Test(
        "the learning rate halves after each interval, counted from zero",
        arguments: [(0, 1.0), (9, 1), (10, 0.5), (19, 0.5), (20, 0.25), (39, 0.125), (400, 0)])
    func halving(iteration: Int, factor: Double) {
        var configuration = TrainingConfiguration()
        configuration.learningRate = 0.02
        configuration.halvingIterations = 10
        let rate = configuration.learningRate(at: iteration)
        if factor > 0 {
            #expect(rate == 0.02 * factor)
        } else {
            #expect(rate > 0 && rate < 1e-13)
        }
    }

    @Test("settings survive being stored")
    func codable() throws {
        var configuration = TrainingConfiguration()
        configuration.seed = .max
        configuration.searchedCases = 7
        configuration.augmentation.blurProbability = 0.3
        let data = try JSONEncoder().encode(configuration)
        #expect(try JSONDecoder().decode(TrainingConfiguration.self, from: data) == configuration)
    }
}
