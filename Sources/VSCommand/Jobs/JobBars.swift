import Foundation
import VSStore

/// Live bars of the running jobs, of whichever process, drawn over themselves on a terminal.
struct JobBars {
    private let store: Store
    private let isTerminal = isatty(STDERR_FILENO) == 1

    init(_ store: Store) { self.store = store }

    /// Follows the queue until nothing waits or runs, or until Ctrl-C.
    func follow() throws {
        Interruption.listen()
        var drawn = 0
        while !Interruption.isPending {
            let counts = try store.jobCounts()
            let running = try store.jobs(state: .running)
            drawn = draw(running.map(Self.bar), counts, over: drawn)
            if counts[.waiting, default: 0] + counts[.running, default: 0] == 0 { break }
            Thread.sleep(forTimeInterval: 0.5)
        }
        let counts = try store.jobCounts()
        print(
            "\(counts[.waiting, default: 0]) waiting, \(counts[.running, default: 0]) running, "
                + "\(counts[.parked, default: 0]) parked, \(counts[.done, default: 0]) done")
    }

    private static func bar(_ job: JobRecord) -> String {
        let width = 28
        let filled = Int((job.progress * Double(width)).rounded())
        let bar =
            String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        return "job \(job.id), scan \(job.scanId) \(bar) \(Int(job.progress * 100)) %"
    }

    private func draw(_ bars: [String], _ counts: [JobState: Int], over drawn: Int) -> Int {
        guard isTerminal else { return 0 }
        let lines = bars + ["\(counts[.waiting, default: 0]) waiting"]
        let up = drawn > 0 ? "\u{1B}[\(drawn)A" : ""
        let text = up + "\r\u{1B}[J" + lines.joined(separator: "\n") + "\n"
        FileHandle.standardError.write(Data(text.utf8))
        return lines.count
    }
}
