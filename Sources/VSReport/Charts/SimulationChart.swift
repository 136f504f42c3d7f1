import Foundation
package import VSGrowth

/// Pictures of a simulated clinic: sensitivity and delay against false alarms, and reliability.
package struct SimulationChart: Sendable {
    private let result: SimulationResult

    /// The pictures of a result.
    package init(_ result: SimulationResult) { self.result = result }

    private static let rules: [(rule: DetectionRule, colour: Canvas.Colour)] = [
        (.previousPercent, .faint), (.baselinePercent, .orange), (.diameter, .green),
        (.allExams, .blue),
    ]

    /// Sensitivity of each rule against its false alarms, a panel for each volume band.
    package func writeSensitivity(to path: String) throws(ReportError) {
        try writePanels(
            to: path, title: "Sensitivity at the same false alarms", y: 0...1, decimals: 1
        ) { $0.sensitivity }
    }

    /// Mean delay from true growth to the alarm, likewise.
    package func writeDelay(to path: String) throws(ReportError) {
        let delays = result.bands.flatMap { $0.curves.flatMap { $0.points.map(\.meanDelayYears) } }
        let highest = max((delays.max() ?? 1).rounded(.up), 1)
        try writePanels(
            to: path, title: "Mean delay to detection at the same false alarms, years",
            y: 0...highest, decimals: 0
        ) { $0.meanDelayYears }
    }

    /// How often a probability was right.
    package func writeReliability(to path: String) throws(ReportError) {
        let canvas = try Canvas(width: 520, height: 484, path: path)
        canvas.text("Reliability of the probability", x: 24, y: 30, size: 15, bold: true)
        let frame = PlotFrame(x: 0...1, y: 0...1, left: 64, top: 66, width: 432, height: 340)
        drawAxes(canvas, frame, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1], decimals: 1)
        for value in [0, 0.2, 0.4, 0.6, 0.8, 1] {
            canvas.text(
                NumberText.fixed(value, 1), x: frame.point(value, 0).x, y: 422, size: 10, .faint,
                anchor: .middle)
        }
        // Three points on either side of the diagonal.
        canvas.area(
            [(0, 0), (0.03, 0), (1, 0.97), (1, 1), (0.97, 1), (0, 0.03)].map {
                frame.point($0.0, $0.1)
            }, .green.faded(0.16))
        canvas.line([frame.point(0, 0), frame.point(1, 1)], .green, dash: [5, 4])
        let bins = result.calibration.bins
        canvas.line(bins.map { frame.point($0.predicted, $0.observed) }, .blue, width: 1.6)
        for bin in bins {
            let point = frame.point(bin.predicted, bin.observed)
            canvas.dot(x: point.x, y: point.y, radius: 4, .blue)
        }
        canvas.text("share that was true", x: 24, y: 54, size: 10, .faint)
        canvas.text(
            "probability of a true rise of 20 % or more; band: three points", x: 496, y: 442,
            size: 10, .faint, anchor: .end)
        canvas.text(origin, x: 24, y: 470, size: 9, .faint)
        try canvas.save()
    }

    private func writePanels(
        to path: String, title: String, y: ClosedRange<Double>, decimals: Int,
        _ value: (OperatingPoint) -> Double
    ) throws(ReportError) {
        let width = 900.0
        let canvas = try Canvas(width: width, height: 340, path: path)
        canvas.text(title, x: 24, y: 30, size: 15, bold: true)
        let rates = SimulationResult.falseAlarmRates.map(log10)
        let (low, high) = (rates.first ?? 0, rates.last ?? 1)
        let panel = (width - 76) / Double(max(result.bands.count, 1))
        for (place, band) in result.bands.enumerated() {
            let frame = PlotFrame(
                x: low...high, y: y, left: 52 + Double(place) * panel, top: 78,
                width: panel - 18, height: 180)
            let ticks = Axis.ticks(from: y.lowerBound, to: y.upperBound, about: 5)
            drawAxes(canvas, frame, ticks: ticks, decimals: decimals, isLabelled: place == 0)
            canvas.text(
                "\(band.band.title) mm³", x: frame.left + frame.width / 2, y: 70, size: 11,
                anchor: .middle)
            for rate in [0.01, 0.1] {
                let x = frame.point(log10(rate), y.lowerBound).x
                canvas.line([(x, frame.top), (x, frame.top + frame.height)], .grid)
                canvas.text(
                    NumberText.fixed(rate, rate < 0.1 ? 2 : 1), x: x, y: 274, size: 10, .faint,
                    anchor: .middle)
            }
            for (rule, colour) in Self.rules {
                guard let curve = band.curves.first(where: { $0.rule == rule }) else { continue }
                let points = zip(rates, curve.points).map { frame.point($0, value($1)) }
                canvas.line(points, colour, width: rule == .allExams ? 2.4 : 1.4)
            }
        }
        canvas.text(
            "false alarms per patient-year", x: width - 24, y: 292, size: 10, .faint, anchor: .end)
        drawLegend(canvas)
        canvas.text(origin, x: 24, y: 328, size: 9, .faint)
        try canvas.save()
    }

    private func drawLegend(_ canvas: Canvas) {
        var x = 52.0
        for (rule, colour) in Self.rules.reversed() {
            canvas.line([(x, 300), (x + 18, 300)], colour, width: rule == .allExams ? 2.4 : 1.4)
            canvas.text(rule.title, x: x + 24, y: 304, size: 10)
            x += 30 + Double(rule.title.count) * 5.8 + 18
        }
    }

    private func drawAxes(
        _ canvas: Canvas, _ frame: PlotFrame, ticks: [Double], decimals: Int,
        isLabelled: Bool = true
    ) {
        for value in ticks {
            let y = frame.point(frame.x.lowerBound, value).y
            canvas.line([(frame.left, y), (frame.left + frame.width, y)], .grid)
            guard isLabelled else { continue }
            canvas.text(
                NumberText.fixed(value, decimals), x: frame.left - 8, y: y + 4, size: 10, .faint,
                anchor: .end)
        }
    }

    /// What the pictures come from.
    private var origin: String {
        let count = result.bands.reduce(0) { $0 + $1.patients }
        return "\(count) virtual patients, population \(result.population.name), seed "
            + "\(result.seed). \(researchLine)"
    }
}
