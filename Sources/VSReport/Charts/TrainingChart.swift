import Foundation

/// The course of a training run: loss and validation Dice against iterations.
public struct TrainingChart: Sendable {
    private var losses: [(iteration: Double, value: Double)] = []
    private var dices: [(iteration: Double, value: Double)] = []
    private let title: String

    /// Reads the run's CSV (iteration, loss, learning_rate, validation_dice, seconds).
    public init(log: String, title: String) {
        self.title = title
        for line in log.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count >= 4, let iteration = Double(fields[0]), let loss = Double(fields[1])
            else { continue }
            losses.append((iteration, loss))
            if let dice = Double(fields[3]) { dices.append((iteration, dice)) }
        }
    }

    /// Draws the chart into a file, SVG or PNG by its ending.
    public func write(to path: String) throws(ReportError) {
        guard let last = losses.last else {
            throw ReportError(
                .empty, subject: path, message: "The training log is empty.",
                remedy: "Train for at least one iteration.")
        }
        let canvas = try Canvas(width: 720, height: 360, path: path)
        canvas.text(title, x: 24, y: 32, size: 16, bold: true)
        let top = max(losses.map(\.value).max() ?? 1, 1)
        let frame = PlotFrame(
            x: 0...max(last.iteration, 1), y: 0...top, left: 60, top: 56, width: 628, height: 240)
        for value in Axis.ticks(from: 0, to: top, about: 5) {
            let y = frame.point(0, value).y
            canvas.line([(frame.left, y), (frame.left + frame.width, y)], .grid)
            canvas.text(
                NumberText.fixed(value, 1), x: frame.left - 8, y: y + 4, size: 10, .faint,
                anchor: .end)
        }
        for value in Axis.ticks(from: 0, to: last.iteration, about: 6) {
            canvas.text(
                NumberText.fixed(value, 0), x: frame.point(value, 0).x,
                y: frame.top + frame.height + 18, size: 10, .faint, anchor: .middle)
        }
        canvas.line(smoothed.map { frame.point($0.iteration, $0.value) }, .blue, width: 1.6)
        canvas.line(dices.map { frame.point($0.iteration, $0.value) }, .vermilion, width: 1.6)
        for dice in dices {
            let point = frame.point(dice.iteration, dice.value)
            canvas.dot(x: point.x, y: point.y, radius: 2.6, .vermilion)
        }
        canvas.text("loss, smoothed", x: 60, y: 338, size: 11, .blue)
        canvas.text("validation Dice", x: 190, y: 338, size: 11, .vermilion)
        canvas.text("iterations", x: 688, y: 338, size: 10, .faint, anchor: .end)
        try canvas.save()
    }

    /// Means of about sixty equal parts: single batches differ too much to show a course.
    private var smoothed: [(iteration: Double, value: Double)] {
        let size = max(1, losses.count / 60)
        return stride(from: 0, to: losses.count, by: size).map { start in
            let part = losses[start..<min(start + size, losses.count)]
            return (
                part.map(\.iteration).reduce(0, +) / Double(part.count),
                part.map(\.value).reduce(0, +) / Double(part.count)
            )
        }
    }
}
