import Foundation

/// The run's table: one line per iteration.
struct TrainingLog {
    static let header = "iteration,loss,learning_rate,validation_dice,seconds"

    private let handle: FileHandle

    /// Opens the log, keeping the lines of iterations up to `last` and dropping later ones, which a
    /// resumed run will write again.
    init(path: String, keeping last: Int) throws {
        var lines = [Self.header]
        if last > 0, let data = FileManager.default.contents(atPath: path) {
            lines += String(decoding: data, as: UTF8.self).split(separator: "\n").dropFirst()
                .filter { (Int($0.prefix { $0 != "," }) ?? .max) <= last }
                .map(String.init)
        }
        let text = lines.joined(separator: "\n") + "\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.seekToEnd()
    }

    func append(
        iteration: Int, loss: Double, learningRate: Double, validationDice: Double?,
        seconds: Double
    ) {
        let dice = validationDice.map { String(format: "%.5f", $0) } ?? ""
        let line = String(format: "%d,%.6f,%.3g,", iteration, loss, learningRate) + dice
        handle.write(Data((line + String(format: ",%.1f\n", seconds)).utf8))
    }
}
