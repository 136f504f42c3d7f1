import Testing
import VSGrowth

/// An exam that does not fit the others.
@Suite struct SeriesOutlierTests {
    private func outlier(_ volumes: [Double]) throws -> SeriesOutlier? {
        let exams = try yearly(volumes).sorted { $0.date < $1.date }
        return SeriesOutlier(exams, error: .init(), limit: GrowthRule().outlierSD)
    }

    @Test("the exam that breaks the line is named, with what the others give for its day")
    func middle() throws {
        let found = try #require(try outlier([1000, 1000, 3000, 1000, 1000]))
        #expect(found.volumeMm3 == 3000 && !found.isLast)
        #expect(abs(found.expectedMm3 - 1000) < 1)
        #expect(found.standardErrors > 3)
    }

    @Test("at the end it may be a new course as well, and is marked as the last")
    func last() throws {
        #expect(try #require(try outlier([1000, 1000, 1000, 1000, 300])).isLast)
    }

    @Test("steady growth, small scatter and fewer than four exams have none")
    func none() throws {
        #expect(try outlier([1000, 1200, 1440, 1728, 2074]) == nil)
        #expect(try outlier([1000, 1010, 990, 1005]) == nil)
        #expect(try outlier([1000, 1000, 3000]) == nil)
    }
}
