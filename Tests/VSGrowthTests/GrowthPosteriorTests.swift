import Foundation
import Testing
import VSGrowth

/// What all exams say together.
@Suite struct GrowthPosteriorTests {
    private func mixture(_ volumes: [Double], ahead: Double = 0) throws -> CourseMixture {
        let exams = try yearly(volumes).sorted { $0.date < $1.date }
        return try #require(
            CourseMixture(exams, prior: .init(), error: .init(), aheadYears: ahead))
    }

    @Test("the probabilities on both sides of a change are one together, and fall with it")
    func whole() throws {
        let courses = try mixture([500, 540, 600, 680])
        var before = 1.0
        for change in stride(from: -1.0, through: 1.0, by: 0.05) {
            let (above, below) = courses.probabilities(ofChange: change)
            #expect(abs(above + below - 1) < 1e-9)
            #expect(above <= before + 1e-12)
            before = above
        }
    }

    @Test("more exams of the same course make a rise surer; a flat course makes it improbable")
    func evidence() throws {
        func rise(_ volumes: [Double]) throws -> Double {
            try mixture(volumes).probabilities(ofChange: Foundation.log(1.2)).atLeast
        }
        let two = try rise([1000, 1500])
        let four = try rise([1000, 1150, 1310, 1500])
        #expect(four > two)
        #expect(try rise([1000, 990, 1010, 1000]) < 0.05)
        #expect(try rise([3000, 3600, 4300, 5200]) > 0.99)
    }

    @Test("one gross error among steady exams is no rise")
    func grossError() throws {
        let courses = try mixture([1000, 1010, 990, 1000, 2500])
        #expect(courses.probabilityOfGrossError > 0.5)
    }

    @Test("a forecast's distribution rises from 0 to 1 and its middle follows the course")
    func forecast() throws {
        let forecast = try mixture([2000, 2400, 2880, 3456], ahead: 1).forecast
            .measured(withSD: 0.1)
        let low = forecast.cumulative(Foundation.log(1000))
        let middle = forecast.cumulative(Foundation.log(4100))
        let high = forecast.cumulative(Foundation.log(12000))
        #expect(low < 0.001 && high > 0.99)
        #expect((0.2...0.8).contains(middle))
        for probability in [0.025, 0.3, 0.5, 0.975] {
            let place = forecast.quantile(probability)
            #expect(abs(forecast.cumulative(place) - probability) < 1e-7)
        }
    }
}
