import Foundation
public import VSGrowth

/// Bland and Altman's picture: each pair's difference against its mean volume, with bias and limits.
public struct AgreementChart: Sendable {
    /// Above the plot, for example the model's name.
    public var title: String
    /// Volumes of a model and of a person, mm³.
    public var pairs: [(first: Double, second: Double)]
    /// Bias and limits of the pairs.
    public var limits: LimitsOfAgreement?
    /// The line under the plot.
    public var source: String
    /// What is compared with what, first against second.
    public var difference: String

    /// Makes a chart.
    public init(
        title: String, pairs: [(first: Double, second: Double)], limits: LimitsOfAgreement?,
        source: String, difference: String = "model against person"
    ) {
        self.title = title
        self.pairs = pairs
        self.limits = limits
        self.source = source
        self.difference = difference
    }

    /// Draws the chart into a file, SVG or PNG by its ending, for light paper unless told otherwise.
    ///
    /// - Throws: ``ReportError`` without a pair, or where the file cannot be written.
    public func write(
        to path: String, in scheme: ChartScheme = .light
    ) throws(ReportError) {
        guard !pairs.isEmpty else {
            throw ReportError(
                .empty, subject: path, message: "No volume was measured by both (\(difference)).",
                remedy: "Store an outline with 'vsdb review SCAN --mask FILE'.")
        }
        let canvas = try Canvas(width: 720, height: 460, path: path, scheme: scheme)
        let frame = frame
        canvas.text(title, x: 24, y: 32, size: 16, bold: true)
        canvas.text("\(difference), % (scale of ln V)", x: 24, y: 58, size: 11, .faint)
        drawGrid(canvas, frame)
        canvas.clipped(x: frame.left, y: frame.top, width: frame.width, height: frame.height) {
            drawBands(canvas, frame)
        }
        for pair in pairs {
            let point = frame.point(
                log10((pair.first * pair.second).squareRoot()), log(pair.first / pair.second))
            canvas.dot(x: point.x, y: point.y, radius: 3.6, .blue)
        }
        drawLabels(canvas, frame)
        canvas.text(
            "geometric mean of the two volumes, mm³", x: frame.left + frame.width / 2, y: 412,
            size: 11, .faint, anchor: .middle)
        canvas.text(closing(source), x: 24, y: 446, size: 9, .faint)
        try canvas.save()
    }

    private var frame: PlotFrame {
        let sizes = pairs.map { log10(($0.first * $0.second).squareRoot()) }
        var highest = pairs.map { abs(log($0.first / $0.second)) }.max() ?? 0
        if let limits { highest = max(highest, -limits.lower.low, limits.upper.high) }
        let reach = max(highest * 1.12, 0.1)
        let low = (sizes.min() ?? 2) - 0.12
        let high = max((sizes.max() ?? 3) + 0.12, low + 0.5)
        return PlotFrame(
            x: low...high, y: -reach...reach, left: 76, top: 74, width: 520, height: 296)
    }

    private static let percents: [Double] = [
        -90, -75, -60, -50, -40, -30, -20, -10, -5, 0, 5, 10, 20, 30, 50, 75, 100, 150, 200, 400,
        900,
    ]

    private func drawGrid(_ canvas: Canvas, _ frame: PlotFrame) {
        var last = Double.infinity
        for percent in Self.percents {
            let value = log(1 + percent / 100)
            guard frame.y.contains(value) else { continue }
            let y = frame.point(frame.x.lowerBound, value).y
            guard last - y >= 16 || percent == 0 else { continue }
            last = y
            canvas.line(
                [(frame.left, y), (frame.left + frame.width, y)], percent == 0 ? .faint : .grid)
            canvas.text(
                percent == 0 ? "0" : NumberText.percent(percent), x: frame.left - 8, y: y + 4,
                size: 10, .faint, anchor: .end)
        }
        let bottom = frame.top + frame.height
        canvas.line([(frame.left, bottom), (frame.left + frame.width, bottom)], .faint)
        for power in 0...5 {
            for digit in [1.0, 2, 3, 5, 7] {
                let volume = digit * pow(10, Double(power))
                guard frame.x.contains(log10(volume)) else { continue }
                let x = frame.point(log10(volume), 0).x
                canvas.line([(x, bottom), (x, bottom + 5)], .faint)
                canvas.text(
                    NumberText.fixed(volume, 0), x: x, y: bottom + 19, size: 10, .faint,
                    anchor: .middle)
            }
        }
    }

    /// The estimates with their lines' colours.
    private var estimates: [(name: String, LimitsOfAgreement.Estimate, Canvas.Colour)] {
        guard let limits else { return [] }
        return [
            ("upper limit", limits.upper, .vermilion), ("bias", limits.bias, .green),
            ("lower limit", limits.lower, .vermilion),
        ]
    }

    private func drawBands(_ canvas: Canvas, _ frame: PlotFrame) {
        for (name, estimate, colour) in estimates {
            let high = frame.point(frame.x.lowerBound, estimate.high).y
            let low = frame.point(frame.x.lowerBound, estimate.low).y
            let y = frame.point(frame.x.lowerBound, estimate.value).y
            canvas.fill(
                x: frame.left, y: high, width: frame.width, height: low - high, colour.faded(0.10))
            canvas.line(
                [(frame.left, y), (frame.left + frame.width, y)], colour, width: 1.4,
                dash: name == "bias" ? [] : [6, 4])
        }
    }

    private func drawLabels(_ canvas: Canvas, _ frame: PlotFrame) {
        var lowest = -Double.infinity
        for (name, estimate, colour) in estimates {
            let percent = estimate.percent
            let y = max(frame.point(frame.x.lowerBound, estimate.value).y, lowest + 26)
            lowest = y
            let x = frame.left + frame.width + 8
            canvas.text(name, x: x, y: y - 2, size: 10, colour)
            canvas.text("\(NumberText.percent(percent.value)) %", x: x, y: y + 11, size: 11, colour)
        }
        canvas.text(
            Words.count(pairs.count, "measurement"), x: 696, y: 32, size: 12, .faint, anchor: .end)
    }
}
