import Foundation

/// The run's table: one line per iteration.
package struct TrainingLog {
    static let header = "iteration,loss,learning_rate,validation_dice,seconds"

    private let path: String
    private let handle: FileHandle

    /// Opens the log, keeping the lines of iterations up to `last` and dropping later ones, which a
    /// resumed run will write again.
    ///
    /// - Throws: ``TrainingError`` where the log cannot be written.
    package init(path: String, keeping last: Int) throws(TrainingError) {
        self.path = path
        let columns = Self.header.split(separator: ",").count
        var lines = [Self.header]
        if last > 0, let data = FileManager.default.contents(atPath: path) {
            lines += String(decoding: data, as: UTF8.self).split(separator: "\n").dropFirst()
                .filter { line in
                    // A line that a kill cut short may look like an earlier iteration's.
                    let fields = line.split(separator: ",", omittingEmptySubsequences: false)
                    return fields.count == columns && (Int(fields[0]) ?? .max) <= last
                }
                .map(String.init)
        }
        let text = lines.joined(separator: "\n") + "\n"
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try handle.seekToEnd()
        } catch {
            throw Self.unwritable(path)
        }
    }

    /// Adds a line.
    ///
    /// - Throws: ``TrainingError`` where it cannot be written, as on a full disk.
    package func append(
        iteration: Int, loss: Double, learningRate: Double, validationDice: Double?,
        seconds: Double
    ) throws(TrainingError) {
        let dice = validationDice.map { String(format: "%.5f", $0) } ?? ""
        let line = String(format: "%d,%.6f,%.3g,", iteration, loss, learningRate) + dice
        let data = Data((line + String(format: ",%.1f\n", seconds)).utf8)
        // The method without `contentsOf` ends the process where the disk is full.
        do { try handle.write(contentsOf: data) } catch { throw Self.unwritable(path) }
    }

    private static func unwritable(_ path: String) -> TrainingError {
        TrainingError(
            .unwritable, subject: path, message: "The log cannot be written.",
            remedy: "Check the folder, its permissions and the free space, and resume.")
    }
}
