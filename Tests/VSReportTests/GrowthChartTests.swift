import Foundation
import Testing
import VSGrowth
import VSReport
import VSTestSupport

struct GrowthChartTests {
    private func curve(_ volumes: [Double], treated: String? = nil) throws -> GrowthCurve {
        let measurements = try volumes.enumerated().map { year, volume in
            VolumeMeasurement(
                date: try #require(ExamDate(iso: "\(2018 + year)-03-01")), volumeMm3: volume,
                relativeSD: 0.1, model: "a", sliceSpacingMm: 1.5)
        }
        let treatments = try treated.map {
            [Treatment(kind: .radiosurgery, date: try #require(ExamDate(iso: $0)))]
        }
        return GrowthCurve(measurements, treatments: treatments ?? [])
    }

    private func draw(_ curve: GrowthCurve, to path: String) throws {
        try GrowthChart(
            title: "P001, left", curve: curve, assessment: curve.assessment(),
            rule: GrowthRule(), source: "Measured by a 1"
        ).write(to: path)
    }

    @Test("a PNG shows the exams in blue, the threshold in green, growth in vermilion")
    func growing() throws {
        let folder = try TemporaryFolder()
        try draw(curve([400, 500, 700, 900]), to: folder.file("a.png"))
        let picture = try Picture(png: folder.file("a.png"))
        #expect(picture.width == 1440 && picture.height == 920)
        #expect(picture.places(of: ChartColour.blue).count > 1000)
        #expect(picture.places(of: ChartColour.green).count > 100)
        #expect(picture.places(of: ChartColour.vermilion).count > 100)
        #expect(picture.places(of: ChartColour.orange).isEmpty)
        // Higher volumes stand higher: the last dot is the topmost blue disc on the right.
        let blue = picture.places(of: ChartColour.blue)
        let right = blue.filter { $0.x > 1100 }.map(\.y).min() ?? .max
        let left = blue.filter { $0.x < 400 }.map(\.y).min() ?? .min
        #expect(right < left)
    }

    @Test("a treatment is a line of its own colour")
    func treated() throws {
        let folder = try TemporaryFolder()
        try draw(curve([400, 500, 450], treated: "2018-06-01"), to: folder.file("a.png"))
        let picture = try Picture(png: folder.file("a.png"))
        #expect(picture.places(of: ChartColour.orange).count > 100)
    }

    @Test("one exam, and twenty, can be drawn", arguments: [1, 20])
    func lengths(count: Int) throws {
        let folder = try TemporaryFolder()
        try draw(curve((0..<count).map { 300 + 20 * Double($0) }), to: folder.file("a.png"))
        let picture = try Picture(png: folder.file("a.png"))
        #expect(picture.places(of: ChartColour.blue).count > 100 * count)
    }

    @Test("an SVG is drawn by the same chart")
    func svg() throws {
        let folder = try TemporaryFolder()
        try draw(curve([400, 500, 700]), to: folder.file("a.svg"))
        let text = try String(contentsOfFile: folder.file("a.svg"), encoding: .utf8)
        #expect(text.contains("<svg") && text.contains("</svg>"))
        #expect(text.contains("720") && text.contains("460"))
    }

    @Test("nothing to draw, and nowhere to write, are errors that name the file")
    func errors() throws {
        let folder = try TemporaryFolder()
        #expect {
            try draw(GrowthCurve([]), to: folder.file("a.png"))
        } throws: {
            let error = $0 as? ReportError
            return error?.code == .empty && error?.subject == folder.file("a.png")
        }
        for name in ["nowhere/a.png", "nowhere/a.svg"] {
            #expect {
                try draw(curve([400, 500]), to: folder.file(name))
            } throws: {
                let error = $0 as? ReportError
                return error?.code == .unwritable && error?.subject == folder.file(name)
            }
        }
    }
}

struct TrainingChartTests {
    private static let header = "iteration,loss,learning_rate,validation_dice,seconds\n"

    @Test("loss is blue, validation Dice vermilion; a damaged line is left out")
    func chart() throws {
        let folder = try TemporaryFolder()
        var log = Self.header
        for iteration in 1...200 {
            let dice = iteration % 50 == 0 ? "0.\(40 + iteration / 10)" : ""
            log += "\(iteration),\(1.5 - Double(iteration) / 200),0.0001,\(dice),\(iteration)\n"
        }
        try TrainingChart(log: log + "201,nonsen", title: "run").write(to: folder.file("a.png"))
        let picture = try Picture(png: folder.file("a.png"))
        #expect(picture.width == 1440 && picture.height == 720)
        let blue = picture.places(of: ChartColour.blue).filter { $0.y < 590 }
        #expect(blue.count > 500)
        // A falling loss: lower on the right.
        let left = blue.filter { $0.x < 300 }.map(\.y).max() ?? .max
        let right = blue.filter { $0.x > 1200 }.map(\.y).min() ?? .min
        #expect(left < right)
        #expect(picture.places(of: ChartColour.vermilion).count > 200)
    }

    @Test("an empty log cannot be drawn")
    func empty() throws {
        let folder = try TemporaryFolder()
        #expect(throws: ReportError.self) {
            try TrainingChart(log: Self.header, title: "run").write(to: folder.file("a.png"))
        }
    }
}
