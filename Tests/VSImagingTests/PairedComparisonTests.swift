import Foundation
import Testing
import VSImaging

@Suite struct PairedComparisonTests {
    /// `golden.json` "statistics".
    struct Golden: Decodable {
        struct Statistics: Decodable {
            let a, b: [Double]
            let t, p, wilcoxon, wilcoxonP: Double
        }
        let statistics: Statistics
    }

    /// The continued fraction and SciPy's own agree far beyond what anyone prints.
    private func expectClose(_ value: Double?, _ expected: Double) throws {
        let value = try #require(value)
        #expect(abs(value - expected) <= 1e-11 * max(1, abs(expected)), "\(value) for \(expected)")
    }

    @Test func `both tests equal the reference on 47 cases`() throws {
        let data = try Data(contentsOf: URL(filePath: golden("golden.json")))
        let expected = try snakeCaseDecoder.decode(Golden.self, from: data).statistics
        let comparison = try #require(PairedComparison(expected.a, expected.b))
        #expect(comparison.count == 47)
        try expectClose(comparison.t, expected.t)
        try expectClose(comparison.tP, expected.p)
        try expectClose(comparison.wilcoxon, expected.wilcoxon)
        try expectClose(comparison.wilcoxonP, expected.wilcoxonP)
    }

    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let a, b: [Double]
        let t, tP, wilcoxon, wilcoxonP: Double
    }

    private static let places = (1...60).map(Double.init)

    /// Computed with SciPy 1.17: ttest_rel, and wilcoxon without continuity correction, exact for
    /// the first two and approximate for the others.
    static let cases = [
        Case(
            testDescription: "six cases, exact", a: [1.1, 2.3, 3.2, 4.8, 5.9, 6.1],
            b: [1.0, 2.5, 3.9, 4.2, 5.1, 7.4], t: -0.3601364367068939, tP: 0.7334578753945658,
            wilcoxon: 9, wilcoxonP: 0.84375),
        Case(
            testDescription: "all one way, exact", a: [5, 4, 3, 8, 9], b: [1, 2, 0, 3, 3],
            t: 5.65685424949238, tP: 0.004812678330044224, wilcoxon: 0, wilcoxonP: 0.0625),
        Case(
            testDescription: "ties", a: [1, 2, 3, 4, 5, 6, 7], b: [2, 3, 1, 6, 8, 9, 7.5],
            t: -1.8585433185514588, tP: 0.1124505934297626, wilcoxon: 4.5,
            wilcoxonP: 0.10642653829898258),
        Case(
            testDescription: "ties and zeros", a: [5, 4, 3, 8, 9, 7, 6, 5, 4, 10],
            b: [5, 3, 4, 6, 7, 7, 2, 4, 1, 6], t: 2.9541957835039856, tP: 0.016110716531911613,
            wilcoxon: 2, wilcoxonP: 0.024001453892338206),
        Case(
            testDescription: "sixty cases", a: places.map { sin($0 * 1.7) + 0.02 * $0 },
            b: places.map { sin($0 * 1.7 + 0.9) + 0.0137 * $0 }, t: 2.4609110162504093,
            tP: 0.01680357466736114, wilcoxon: 588, wilcoxonP: 0.016073418826839395),
    ]

    @Test("both tests equal SciPy's", arguments: cases)
    func scipy(expected: Case) throws {
        let comparison = try #require(PairedComparison(expected.a, expected.b))
        try expectClose(comparison.t, expected.t)
        try expectClose(comparison.tP, expected.tP)
        try expectClose(comparison.wilcoxon, expected.wilcoxon)
        try expectClose(comparison.wilcoxonP, expected.wilcoxonP)
        let turned = try #require(PairedComparison(expected.b, expected.a))
        try expectClose(turned.t, -expected.t)
        try expectClose(turned.tP, expected.tP)
        try expectClose(turned.wilcoxonP, expected.wilcoxonP)
    }

    @Test func `equal systems have no statistic`() throws {
        let same = try #require(PairedComparison([1, 2, 3], [1, 2, 3]))
        #expect(same.meanDifference == 0)
        #expect(same.t == nil)
        #expect(same.tP == nil)
        #expect(same.wilcoxon == nil)
        #expect(same.wilcoxonP == nil)
    }

    @Test func `what cannot be compared is not compared`() {
        #expect(PairedComparison([1], [2]) == nil)
        #expect(PairedComparison([1, 2], [1, 2, 3]) == nil)
        #expect(PairedComparison([1, .nan, 3], [1, 2, 3]) == nil)
        #expect(PairedComparison([1, .infinity], [1, .infinity]) == nil)
    }
}
