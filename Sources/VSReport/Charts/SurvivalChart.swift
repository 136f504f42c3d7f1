import Foundation
public import VSGrowth

/// Growth-free survival with its 95 % interval, and the tumours at risk under it.
public struct SurvivalChart: Sendable {
    /// Above the plot.
    public var title: String
    /// The estimate.
    public var survival: KaplanMeier
    /// Published conditional risks of the first years, percent, drawn as a second curve; empty for
    /// none.
    public var publishedRiskPercent: [Double]
    /// The line under the plot.
    public var source: String

    /// Makes a chart.
    public init(
        title: String, survival: KaplanMeier, publishedRiskPercent: [Double], source: String
    ) {
        self.title = title
        self.survival = survival
        self.publishedRiskPercent = publishedRiskPercent
        self.source = source
    }

    /// Draws the chart into a file, SVG or PNG by its ending, for light paper unless told otherwise.
    ///
    /// - Throws: ``ReportError`` without an observation, or where the file cannot be written.
    public func write(
        to path: String, in scheme: ChartScheme = .light
    ) throws(ReportError) {
        guard survival.count > 0 else {
            throw ReportError(
                .empty, subject: path, message: "No tumour was watched over two exams.",
                remedy: "Register a second exam of some patient.")
        }
        let canvas = try Canvas(width: 720, height: 480, path: path, scheme: scheme)
        let frame = PlotFrame(
            x: 0...lastYear, y: 0...1, left: 76, top: 74, width: 604, height: 280)
        canvas.text(title, x: 24, y: 32, size: 16, bold: true)
        canvas.text(
            Words.count(survival.count, "tumour"), x: 680, y: 32, size: 12, .faint, anchor: .end)
        canvas.text("free of growth, %", x: 24, y: 58, size: 11, .faint)
        drawGrid(canvas, frame)
        canvas.area(outline(frame), .blue.faded(0.14))
        canvas.line(points(frame) { $0.survival }, .blue, width: 2)
        drawPublished(canvas, frame)
        canvas.text(closing(source), x: 24, y: 466, size: 9, .faint)
        try canvas.save()
    }

    /// Whole years, so that the axis ends at a label.
    private var lastYear: Double {
        let last = (1...60).last { survival.atRisk(years: Double($0)) > 0 } ?? 0
        return Double(max(last + 1, publishedRiskPercent.count))
    }

    private func drawGrid(_ canvas: Canvas, _ frame: PlotFrame) {
        for percent in stride(from: 0.0, through: 100, by: 20) {
            let y = frame.point(0, percent / 100).y
            canvas.line([(frame.left, y), (frame.left + frame.width, y)], .grid)
            canvas.text(
                NumberText.fixed(percent, 0), x: frame.left - 8, y: y + 4, size: 10, .faint,
                anchor: .end)
        }
        let bottom = frame.top + frame.height
        canvas.line([(frame.left, bottom), (frame.left + frame.width, bottom)], .faint)
        canvas.text(
            "years since the first exam", x: frame.left + frame.width / 2, y: bottom + 38,
            size: 11, .faint, anchor: .middle)
        canvas.text("at risk", x: 20, y: bottom + 66, size: 10, .faint)
        let step = lastYear > 12 ? 2.0 : 1
        for year in stride(from: 0.0, through: lastYear, by: step) {
            let x = frame.point(year, 0).x
            canvas.line([(x, bottom), (x, bottom + 5)], .faint)
            canvas.text(
                NumberText.fixed(year, 0), x: x, y: bottom + 19, size: 10, .faint, anchor: .middle)
            canvas.text(
                "\(survival.atRisk(years: year))", x: x, y: bottom + 66, size: 10, .ink,
                anchor: .middle)
        }
    }

    /// A staircase through one number of every step, from 1 at time zero to the last year.
    private func points(
        _ frame: PlotFrame, _ value: (KaplanMeier.Step) -> Double
    ) -> [(x: Double, y: Double)] {
        var result = [frame.point(0, 1)]
        var height = 1.0
        for step in survival.steps {
            result.append(frame.point(step.years, height))
            height = value(step)
            result.append(frame.point(step.years, height))
        }
        result.append(frame.point(survival.lastYears, height))
        return result
    }

    private func outline(_ frame: PlotFrame) -> [(x: Double, y: Double)] {
        points(frame) { $0.high } + points(frame) { $0.low }.reversed()
    }

    private func drawPublished(_ canvas: Canvas, _ frame: PlotFrame) {
        let y = frame.top + frame.height + 88
        canvas.line([(frame.left, y - 4), (frame.left + 24, y - 4)], .blue, width: 2)
        canvas.text("this database, 95 % interval", x: frame.left + 30, y: y, size: 10)
        guard !publishedRiskPercent.isEmpty else { return }
        var free = 1.0
        var curve = [frame.point(0, 1)]
        for (year, risk) in publishedRiskPercent.enumerated() {
            free *= 1 - risk / 100
            curve.append(frame.point(Double(year + 1), free))
        }
        canvas.line(curve, .orange, width: 1.6, dash: [5, 4])
        for point in curve.dropFirst() { canvas.dot(x: point.x, y: point.y, radius: 3, .orange) }
        canvas.line(
            [(frame.left + 230, y - 4), (frame.left + 254, y - 4)], .orange, width: 1.6,
            dash: [5, 4])
        canvas.text(
            "published yearly risks of another series, by its own rule", x: frame.left + 260, y: y,
            size: 10)
    }
}
