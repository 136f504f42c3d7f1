import Foundation
import Testing
import VSGrowth
import VSReport
import VSTestSupport

/// The pictures of many tumours together.
struct CohortChartTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func text(_ path: String) throws -> String {
        try String(contentsOfFile: path, encoding: .utf8)
    }

    @Test("agreement is drawn with one tumour, with many, and with tumours far apart")
    func agreement() throws {
        let lists: [[(first: Double, second: Double)]] = [
            [(100, 110)], [(100, 110), (2, 1), (90_000, 1000), (400, 400)],
        ]
        for (number, pairs) in lists.enumerated() {
            let path = folder.file("a\(number).svg")
            try AgreementChart(
                title: "m", pairs: pairs, limits: LimitsOfAgreement(pairs), source: "s"
            ).write(to: path)
            #expect(try text(path).contains("<svg"))
        }
        let empty = folder.file("none.svg")
        #expect(throws: ReportError.self) {
            try AgreementChart(title: "m", pairs: [], limits: nil, source: "s").write(to: empty)
        }
        #expect(!FileManager.default.fileExists(atPath: empty))
    }

    @Test("survival is drawn without growth, and where all have grown at once")
    func survival() throws {
        for hasGrown in [false, true] {
            let path = folder.file("s\(hasGrown).svg")
            let estimate = KaplanMeier([Observation(years: 1.5, hasGrown: hasGrown)])
            try SurvivalChart(
                title: "t", survival: estimate, publishedRiskPercent: [], source: "s"
            ).write(to: path)
            #expect(try text(path).contains("<svg"))
        }
        let empty = folder.file("none.png")
        #expect(throws: ReportError.self) {
            try SurvivalChart(
                title: "t", survival: KaplanMeier([]), publishedRiskPercent: [20], source: "s"
            ).write(to: empty)
        }
        #expect(!FileManager.default.fileExists(atPath: empty))
    }

    @Test(
        "growth rates are drawn of one tumour, of many, and of rates beyond the axis; never of none"
    )
    func rates() throws {
        for (number, list) in [[0.1], [-3, -0.2, 0, 0.04, 0.05, 0.3, 9]].enumerated() {
            let path = folder.file("r\(number).svg")
            try GrowthRateChart(title: "t", ratesPerYear: list, source: "s").write(to: path)
            #expect(try text(path).contains("<svg"))
        }
        let empty = folder.file("no-rates.svg")
        #expect(throws: ReportError.self) {
            try GrowthRateChart(title: "t", ratesPerYear: [], source: "s").write(to: empty)
        }
        #expect(!FileManager.default.fileExists(atPath: empty))
    }
}
