import Foundation
import VSGrowth

/// How growth rates are spread over tumours: a histogram with the median and the middle half.
public struct GrowthRateChart: Sendable {
    /// Above the plot.
    public var title: String
    /// Specific growth rates, ln V per year.
    public var ratesPerYear: [Double]
    /// The line under the plot.
    public var source: String

    /// Makes a chart.
    public init(title: String, ratesPerYear: [Double], source: String) {
        self.title = title
        self.ratesPerYear = ratesPerYear
        self.source = source
    }

    /// Draws the chart into a file, SVG or PNG by its ending, for light paper unless told otherwise.
    ///
    /// - Throws: ``ReportError`` without a rate, or where the file cannot be written.
    public func write(
        to path: String, in scheme: ChartScheme = .light
    ) throws(ReportError) {
        guard let median = Quantile.of(ratesPerYear, 0.5),
            let low = Quantile.of(ratesPerYear, 0.25), let high = Quantile.of(ratesPerYear, 0.75)
        else {
            throw ReportError(
                .empty, subject: path, message: "No tumour has a growth rate.",
                remedy: "Register a second exam of some patient.")
        }
        let canvas = try Canvas(width: 720, height: 380, path: path, scheme: scheme)
        let bins = bins
        let most = bins.map(\.count).max() ?? 1
        let frame = PlotFrame(
            x: (bins.first?.low ?? 0)...((bins.last?.low ?? 0) + Self.widthPerYear),
            y: 0...Double(max(most, 1)), left: 76, top: 74, width: 604, height: 220)
        canvas.text(title, x: 24, y: 32, size: 16, bold: true)
        canvas.text(
            Words.count(ratesPerYear.count, "tumour"), x: 680, y: 32, size: 12, .faint, anchor: .end
        )
        canvas.text("tumours", x: 24, y: 58, size: 11, .faint)
        let band = (frame.point(low, 0).x, frame.point(high, 0).x)
        canvas.fill(
            x: band.0, y: frame.top, width: max(band.1 - band.0, 1), height: frame.height,
            .blue.faded(0.1))
        drawAxes(canvas, frame, most)
        for bin in bins where bin.count > 0 {
            let (corner, end) = (
                frame.point(bin.low, Double(bin.count)),
                frame.point(bin.low + Self.widthPerYear, 0)
            )
            canvas.fill(
                x: corner.x + 1, y: corner.y, width: max(end.x - corner.x - 2, 1),
                height: end.y - corner.y, .blue)
        }
        let x = frame.point(median, 0).x
        canvas.line(
            [(x, frame.top - 4), (x, frame.top + frame.height)], .vermilion, width: 2, dash: [5, 4])
        canvas.text(
            "Dashed: median \(NumberText.signed(median, 2)); shaded: the middle half, "
                + "\(NumberText.signed(low, 2)) to \(NumberText.signed(high, 2))", x: frame.left,
            y: 350, size: 10)
        canvas.text(closing(source), x: 24, y: 370, size: 9, .faint)
        try canvas.save()
    }

    /// A bar is so wide, ln V per year.
    private static let widthPerYear = 0.1

    /// Bars from the lowest to the highest rate, those at either end holding all beyond 1 per year.
    private var bins: [(low: Double, count: Int)] {
        let places = ratesPerYear.map {
            Int((min(max($0, -1), 1.4) / Self.widthPerYear).rounded(.down))
        }
        let (first, last) = ((places.min() ?? 0) - 1, (places.max() ?? 0) + 1)
        return (first...last).map { place in
            (Double(place) * Self.widthPerYear, places.count { $0 == place })
        }
    }

    private func drawAxes(_ canvas: Canvas, _ frame: PlotFrame, _ most: Int) {
        for count in Axis.ticks(from: 0, to: Double(most), about: 4) where count == count.rounded()
        {
            let y = frame.point(frame.x.lowerBound, count).y
            canvas.line([(frame.left, y), (frame.left + frame.width, y)], .grid)
            canvas.text(
                NumberText.fixed(count, 0), x: frame.left - 8, y: y + 4, size: 10, .faint,
                anchor: .end)
        }
        let bottom = frame.top + frame.height
        canvas.line([(frame.left, bottom), (frame.left + frame.width, bottom)], .faint)
        for rate in Axis.ticks(from: frame.x.lowerBound, to: frame.x.upperBound, about: 8) {
            let x = frame.point(rate, 0).x
            canvas.line([(x, bottom), (x, bottom + 5)], .faint)
            canvas.text(
                NumberText.fixed(rate, 1), x: x, y: bottom + 19, size: 10, .faint, anchor: .middle)
        }
        canvas.text(
            "specific growth rate, ln V per year", x: frame.left + frame.width / 2, y: bottom + 36,
            size: 11, .faint, anchor: .middle)
    }
}
