import Foundation
public import VSGrowth

/// The volumes of a tumour over time with their errors, thresholds, trend and treatments.
public struct GrowthChart: Sendable {
    /// Above the plot, for example "P001, left".
    public var title: String
    /// The tumour's curve.
    public var curve: GrowthCurve
    /// What the curve says.
    public var assessment: GrowthAssessment?
    /// The rule it was judged by.
    public var rule: GrowthRule
    /// Where the measurements come from, for the line under the plot.
    public var source: String

    /// Makes a chart.
    public init(
        title: String, curve: GrowthCurve, assessment: GrowthAssessment?, rule: GrowthRule,
        source: String
    ) {
        self.title = title
        self.curve = curve
        self.assessment = assessment
        self.rule = rule
        self.source = source
    }

    /// Draws the chart into a file, SVG or PNG by its ending, for light paper unless told otherwise.
    public func write(
        to path: String, in scheme: ChartScheme = .light
    ) throws(ReportError) {
        guard let first = curve.measurements.first, let last = curve.measurements.last else {
            throw ReportError(
                .empty, subject: path, message: "There is no measured volume to draw.",
                remedy: "Register a scan in which a tumour is found.")
        }
        let canvas = try Canvas(width: 720, height: 460, path: path, scheme: scheme)
        let frame = frame(from: first.date, to: last.date)
        canvas.text(title, x: 24, y: 32, size: 16, bold: true)
        if let assessment {
            canvas.text(
                assessment.growthClass.title, x: 696, y: 32, size: 14,
                colour(of: assessment.growthClass), anchor: .end, bold: true)
        }
        canvas.text("volume, mm³", x: 24, y: 58, size: 11, .faint)
        drawGrid(canvas, frame)
        canvas.clipped(x: frame.left, y: frame.top, width: frame.width, height: frame.height) {
            drawThresholds(canvas, frame)
            drawTrend(canvas, frame)
            drawPrediction(canvas, frame)
            drawModelChanges(canvas, frame)
            drawTreatments(canvas, frame)
        }
        drawMeasurements(canvas, frame)
        let end = canvas.paragraph(
            assessment?.sentence ?? "", x: 24, y: 404, width: 672, size: 11)
        canvas.text(closing(source), x: 24, y: max(end + 8, 446), size: 9, .faint)
        try canvas.save()
    }

    /// Room for all exams with their errors, and for what is expected at the next.
    private func frame(from first: ExamDate, to last: ExamDate) -> PlotFrame {
        let end = max(assessment?.prediction?.date ?? last, last)
        let span = max(Double(end.dayNumber - first.dayNumber), 365)
        let errors = curve.measurements.map { $0.volumeMm3 * exp(1.96 * $0.relativeSD) }
        let highest = max(
            errors.max() ?? 1, min(assessment?.prediction?.highMm3 ?? 0, 2 * (errors.max() ?? 1)))
        return PlotFrame(
            x: Double(first.dayNumber) - 0.08 * span...Double(end.dayNumber) + 0.12 * span,
            y: 0...highest * 1.12, left: 76, top: 78, width: 616, height: 280)
    }

    private func colour(of growthClass: GrowthClass) -> Canvas.Colour {
        growthClass.isFlagged ? .vermilion : growthClass == .stable ? .green : .blue
    }

    private func drawGrid(_ canvas: Canvas, _ frame: PlotFrame) {
        for value in Axis.ticks(from: 0, to: frame.y.upperBound, about: 5) {
            let y = frame.point(frame.x.lowerBound, value).y
            canvas.line([(frame.left, y), (frame.left + frame.width, y)], .grid)
            canvas.text(
                NumberText.fixed(value, value < 10 && value != value.rounded() ? 1 : 0),
                x: frame.left - 8, y: y + 4, size: 10, .faint, anchor: .end)
        }
        let days = frame.x.lowerBound...frame.x.upperBound
        let years = (days.upperBound - days.lowerBound) / 365.25
        let step = years > 12 ? 24 : years > 2.2 ? 12 : 6
        var tick = ExamDate(iso: "1990-01-01") ?? ExamDate(dayNumber: 0)
        while Double(tick.dayNumber) < days.upperBound {
            if Double(tick.dayNumber) >= days.lowerBound {
                let x = frame.point(Double(tick.dayNumber), 0).x
                canvas.line(
                    [(x, frame.top + frame.height), (x, frame.top + frame.height + 5)], .faint)
                canvas.text(
                    step < 12 ? String(tick.iso.prefix(7)) : String(tick.iso.prefix(4)), x: x,
                    y: frame.top + frame.height + 19, size: 10, .faint, anchor: .middle)
            }
            tick = tick.adding(months: step)
        }
        canvas.line(
            [
                (frame.left, frame.top + frame.height),
                (frame.left + frame.width, frame.top + frame.height),
            ], .faint)
    }

    private func drawThresholds(_ canvas: Canvas, _ frame: PlotFrame) {
        guard let baseline = assessment?.compared.first, curve.measurements.count > 1 else {
            return
        }
        let low = baseline.volumeMm3 * (1 + rule.shrinkagePercent / 100)
        let high = baseline.volumeMm3 * (1 + rule.growthPercent / 100)
        let start = Double(baseline.date.dayNumber)
        let a = frame.point(start, high)
        let b = frame.point(frame.x.upperBound, low)
        canvas.fill(x: a.x, y: a.y, width: b.x - a.x, height: b.y - a.y, .green.faded(0.10))
        canvas.line([a, (b.x, a.y)], .green, dash: [5, 4])
        // The words go below the line where what is expected lies on or above it.
        let expected = assessment?.prediction.map {
            frame.point(Double($0.date.dayNumber), $0.volumeMm3).y
        }
        let isCrowded = expected.map { $0 < a.y + 5 && $0 > a.y - 20 } ?? false
        canvas.text(
            "\(NumberText.percent(rule.growthPercent)) % of baseline", x: b.x - 6,
            y: isCrowded ? a.y + 14 : a.y - 5, size: 9, .green, anchor: .end)
        canvas.line([(a.x, b.y), b], .green.faded(0.5), dash: [5, 4])
    }

    private func drawTrend(_ canvas: Canvas, _ frame: PlotFrame) {
        guard let trend = assessment?.trend, let compared = assessment?.compared,
            let first = compared.first, let last = compared.last
        else { return }
        let end = max(assessment?.prediction?.date ?? last.date, last.date)
        let step = max((end.dayNumber - first.date.dayNumber) / 60, 1)
        let days = Array(stride(from: first.date.dayNumber, through: end.dayNumber, by: step))
            .map(ExamDate.init(dayNumber:))
        func points(_ errors: Double) -> [(x: Double, y: Double)] {
            days.map {
                frame.point(
                    Double($0.dayNumber),
                    trend.volumeMm3(on: $0) * exp(errors * trend.standardError(on: $0)))
            }
        }
        canvas.area(points(1.96) + points(-1.96).reversed(), .blue.faded(0.10))
        canvas.line(points(0), .blue.faded(0.45), width: 2)
    }

    /// What is expected at the next exam, hollow.
    private func drawPrediction(_ canvas: Canvas, _ frame: PlotFrame) {
        guard let prediction = assessment?.prediction else { return }
        let day = Double(prediction.date.dayNumber)
        let (low, high) = (
            frame.point(day, prediction.lowMm3), frame.point(day, prediction.highMm3)
        )
        canvas.line([low, high], .blue.faded(0.6), width: 1.2, dash: [3, 3])
        let point = frame.point(day, prediction.volumeMm3)
        canvas.dot(x: point.x, y: point.y, radius: 4.5, .blue)
        canvas.dot(x: point.x, y: point.y, radius: 2, .paper)
        canvas.text("expected", x: high.x, y: high.y - 5, size: 9, .faint, anchor: .middle)
    }

    /// A mark between exams of different models or readers, whose volumes are not compared.
    private func drawModelChanges(_ canvas: Canvas, _ frame: PlotFrame) {
        let measurements = curve.measurements
        for (before, after) in zip(measurements, measurements.dropFirst())
        where before.model != after.model {
            let middle = Double(before.date.dayNumber + after.date.dayNumber) / 2
            let x = frame.point(middle, 0).x
            canvas.line(
                [(x, frame.top), (x, frame.top + frame.height)], .faint, width: 1, dash: [6, 4])
            canvas.text(
                before.source == after.source ? "another model" : "another reader", x: x + 5,
                y: frame.top + frame.height - 8, size: 9, .faint)
        }
    }

    private func drawTreatments(_ canvas: Canvas, _ frame: PlotFrame) {
        for treatment in curve.treatments {
            let x = frame.point(Double(treatment.date.dayNumber), 0).x
            canvas.line(
                [(x, frame.top), (x, frame.top + frame.height)], .orange, width: 1.5, dash: [2, 3])
            canvas.text(
                treatment.kind.rawValue, x: x + 5, y: frame.top + 12, size: 10, .orange)
        }
    }

    private func drawMeasurements(_ canvas: Canvas, _ frame: PlotFrame) {
        for measurement in curve.measurements {
            let day = Double(measurement.date.dayNumber)
            let factor = exp(1.96 * measurement.relativeSD)
            let low = frame.point(day, measurement.volumeMm3 / factor)
            let high = frame.point(day, measurement.volumeMm3 * factor)
            canvas.line([low, high], .blue, width: 1.4)
            for end in [low, high] {
                canvas.line([(end.x - 4, end.y), (end.x + 4, end.y)], .blue, width: 1.4)
            }
            let point = frame.point(day, measurement.volumeMm3)
            let isOutlier = assessment?.outlier?.date == measurement.date
            let isCompared = assessment?.compared.contains(measurement) ?? true
            canvas.dot(
                x: point.x, y: point.y, radius: 4.5,
                isOutlier ? .vermilion : isCompared ? .blue : .faint)
            canvas.text(
                NumberText.volume(measurement.volumeMm3), x: point.x + 9, y: point.y - 7, size: 10)
        }
    }
}
