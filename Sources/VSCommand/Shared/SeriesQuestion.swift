import Foundation
import VSImaging
import VSReport

/// Asks which of a study's series is meant, where there is a terminal to ask on.
struct SeriesQuestion {
    private let study: DICOMStudy

    init(_ study: DICOMStudy) { self.study = study }

    /// The SeriesInstanceUID that the person chose; nil without a terminal or an answer.
    func answer() -> String? {
        guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return nil }
        let candidates = study.series.filter(\.score.isCandidate)
        note("Several series could be the T2 one:")
        for (index, series) in candidates.enumerated() {
            note(
                "  \(index + 1)  \(study.title(of: series)), \(series.sliceCount), "
                    + "score \(series.score.points) "
                    + "(\(series.score.reasons.joined(separator: ", ")))")
        }
        note("Number, or Return for none:")
        guard let typed = readLine(), let number = Int(typed.trimmingCharacters(in: .whitespaces)),
            candidates.indices.contains(number - 1)
        else { return nil }
        return candidates[number - 1].uid
    }
}

/// Where the key of pseudonyms lies.
enum KeyFile {
    /// `vsdb/pseudonym.key` in XDG_CONFIG_HOME, or in `~/.config`.
    static var defaultPath: String {
        let environment = ProcessInfo.processInfo.environment
        func value(_ name: String) -> String? {
            environment[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        // NSHomeDirectory() does not look at HOME.
        let home = value("HOME") ?? NSHomeDirectory()
        return (value("XDG_CONFIG_HOME") ?? home + "/.config") + "/vsdb/pseudonym.key"
    }
}
