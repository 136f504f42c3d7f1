import Foundation
import Synchronization

/// A progress line on stderr, drawn over itself; silent where stderr is no terminal.
final class ProgressLine: Sendable {
    private struct State {
        var shown = ""
        var lastDrawn = Date.distantPast
    }

    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let state = Mutex(State())

    /// Shows `fraction` (0 to 1) as a bar with `label` before and `note` after it.
    func show(_ label: String, fraction: Double, note: String = "") {
        let width = 28
        let filled = Int((min(max(fraction, 0), 1) * Double(width)).rounded())
        let bar =
            String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
        let percent = String(format: "%3d %%", Int((fraction * 100).rounded(.down)))
        draw("\(label) \(bar) \(percent) \(note)", always: fraction >= 1)
    }

    /// Shows a line of text.
    func show(_ text: String) { draw(text, always: false) }

    /// Clears the line, so that what follows starts clean.
    func finish() {
        guard isTerminal else { return }
        state.withLock { state in
            guard !state.shown.isEmpty else { return }
            FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
            state.shown = ""
        }
    }

    private func draw(_ text: String, always: Bool) {
        guard isTerminal else { return }
        state.withLock { state in
            let now = Date()
            guard always || now.timeIntervalSince(state.lastDrawn) > 0.1 else { return }
            state.shown = text
            state.lastDrawn = now
            FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
        }
    }
}

/// Writes a note to stderr.
func note(_ text: String) {
    FileHandle.standardError.write(Data((text + "\n").utf8))
}
