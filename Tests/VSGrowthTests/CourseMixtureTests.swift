import Foundation
import Testing
import VSGrowth

/// The posterior of growth against brute force: NumPy sums over 4001 rates and 600 onsets or stops of
/// the same model with continuous priors, and no cells.
@Suite struct CourseMixtureTests {
    struct Case: CustomTestStringConvertible {
        let volumes: [Double]
        let errors: [Double]
        let probability: Double
        var testDescription: String { "\(volumes)" }
    }

    static let cases = [
        Case(volumes: [500, 650], errors: [0.05, 0.05], probability: 0.7546),
        Case(volumes: [500, 560, 640], errors: [0.1, 0.1, 0.1], probability: 0.4522),
        Case(volumes: [150, 160, 150, 260], errors: [0.2, 0.19, 0.2, 0.16], probability: 0.7156),
        Case(
            volumes: [1000, 1040, 1090, 1130, 1180, 1230],
            errors: [0.08, 0.08, 0.08, 0.08, 0.08, 0.08], probability: 0.3144),
    ]

    /// Cells of rates and six times of onset stand for continuous ones.
    private static let tolerance = 0.02

    private func exams(_ row: Case) throws -> [VolumeMeasurement] {
        try zip(row.volumes, row.errors).enumerated().map { year, exam in
            try measured("\(2018 + year)-01-01", exam.0, sd: exam.1)
        }
    }

    @Test("the probability is that of brute force", arguments: cases)
    func probability(row: Case) throws {
        let posterior = try #require(GrowthCurve(exams(row)).assessment()?.posterior)
        #expect(abs(posterior.probabilityOfThreshold - row.probability) < Self.tolerance)
    }

    @Test("probabilities of a change and of less add up to one", arguments: cases)
    func sums(row: Case) throws {
        let mixture = try #require(
            CourseMixture(try exams(row), prior: GrowthPrior(), error: MeasurementErrorModel()))
        var before = 1.0
        for step in -20...20 {
            let odds = mixture.probabilities(ofChange: Double(step) / 10)
            #expect(isClose(odds.atLeast + odds.below, 1, 1e-9))
            #expect(odds.atLeast <= before + 1e-12)
            before = odds.atLeast
        }
    }

    @Test func `a range holds its probability, and its median lies within`() throws {
        let exams = try yearly([500, 560, 640, 700])
        let posterior = try #require(GrowthCurve(exams).assessment()?.posterior)
        let mixture = try #require(
            CourseMixture(exams, prior: GrowthPrior(), error: MeasurementErrorModel()))
        for (percent, below) in [
            (posterior.lowPercent, 0.025), (posterior.medianPercent, 0.5),
            (posterior.highPercent, 0.975),
        ] {
            let odds = mixture.probabilities(ofChange: log(1 + percent / 100))
            #expect(abs(odds.below - below) < 1e-6)
        }
    }

    @Test("a model that often fails is believed less at its wild exam")
    func ownShare() throws {
        let exams = try yearly([1000, 1010, 990, 1005, 1500])
        func gross(_ share: Double?) throws -> Double {
            let own = exams.map { exam in
                var exam = exam
                exam.grossErrorShare = share
                return exam
            }
            return try #require(GrowthCurve(own).assessment()?.posterior).probabilityOfGrossError
        }
        let (none, few, many) = (try gross(0), try gross(0.01), try gross(0.1))
        #expect(none == 0)
        #expect(isClose(try gross(nil), few, 1e-12))
        #expect(many > few && few > 0)
    }

    @Test func `one wild exam among many is taken for a gross error, not for growth`() throws {
        let wild = try yearly([1000, 1010, 990, 1005, 2500])
        let posterior = try #require(GrowthCurve(wild).assessment()?.posterior)
        #expect(posterior.probabilityOfGrossError > 0.5)
        let plain = try yearly([1000, 1100, 1210, 1330, 1460])
        let steady = try #require(GrowthCurve(plain).assessment()?.posterior)
        #expect(steady.probabilityOfGrossError < 0.05)
        #expect(steady.probabilityOfThreshold > 0.99)
    }

    @Test func `a forecast of steady growth follows the line, and widens with time`() throws {
        let exams = try yearly([500, 600, 720, 864, 1037], sd: 0.03)
        let prediction = try #require(GrowthCurve(exams).assessment()?.prediction)
        let line = try #require(GrowthCurve(exams).assessment()?.trend)
        #expect(prediction.lowMm3 < prediction.volumeMm3)
        #expect(prediction.volumeMm3 < prediction.highMm3)
        #expect(isClose(prediction.volumeMm3, line.volumeMm3(on: prediction.date), 0.05))
        let noisy = try yearly([500, 600, 720, 864, 1037], sd: 0.15)
        let wide = try #require(GrowthCurve(noisy).assessment()?.prediction)
        #expect(wide.highMm3 / wide.lowMm3 > prediction.highMm3 / prediction.lowMm3)
    }

    @Test func `exams of one day, one exam, and treated tumours have no posterior`() throws {
        let twice = [try measured("2020-01-01", 500), try measured("2020-01-01", 520)]
        #expect(GrowthCurve(twice).assessment()?.posterior == nil)
        #expect(GrowthCurve([twice[0]]).assessment()?.posterior == nil)
        let treated = GrowthCurve(
            try yearly([500, 520, 540]),
            treatments: [Treatment(kind: .radiosurgery, date: try day("2018-03-01"))])
        #expect(treated.assessment()?.posterior == nil)
        #expect(treated.assessment()?.prediction == nil)
    }

    @Test func `absurd volumes give no nonsense`() throws {
        for volumes in [[1e-3, 1e6], [1e6, 1e-3, 1e6], [500, 500, 500]] {
            let assessment = try #require(GrowthCurve(try yearly(volumes, sd: 0.01)).assessment())
            if let posterior = assessment.posterior {
                #expect((0...1).contains(posterior.probabilityOfThreshold))
                #expect(posterior.lowPercent <= posterior.highPercent)
            }
        }
    }
}
