import Foundation
import Testing
import VSReport
import VSTestSupport

/// Charts on dark pages.
struct ChartSchemeTests {
    private let chart = GrowthRateChart(
        title: "Rates", ratesPerYear: [0.1, 0.2, 0.3], source: "Test")

    @Test("a chart for a dark page has dark paper and bright ink; a file's is white")
    func paper() throws {
        let folder = try TemporaryFolder()
        try chart.write(to: folder.file("light.png"))
        try chart.write(to: folder.file("dark.png"), in: .dark)
        let light = try Picture(png: folder.file("light.png"))
        let dark = try Picture(png: folder.file("dark.png"))
        #expect(light[2, 2] == [255, 255, 255])
        #expect(dark[2, 2] == [20, 24, 29])
        #expect(dark.places(of: [255, 255, 255]).isEmpty)
        #expect(light.places(of: ChartColour.blue).count > 500)
        #expect(dark.places(of: ChartColour.blue).isEmpty)
        #expect(dark.places(of: [86, 180, 233]).count > 500)
    }

    @Test("one tumour is no tumours")
    func words() throws {
        let folder = try TemporaryFolder()
        for count in [1, 3] {
            try GrowthRateChart(
                title: "Rates", ratesPerYear: Array(repeating: 0.1, count: count), source: "Test"
            ).write(to: folder.file("\(count).png"))
        }
        // The words at the top right: "1 tumour" is shorter than "3 tumours".
        let widths = try [1, 3].map { count in
            let picture = try Picture(png: folder.file("\(count).png"))
            let places = picture.places(of: [115, 122, 133]).filter { $0.y < 80 && $0.x > 1000 }
            return (places.map(\.x).max() ?? 0) - (places.map(\.x).min() ?? 0)
        }
        #expect(widths[0] > 0 && widths[0] < widths[1])
    }
}
