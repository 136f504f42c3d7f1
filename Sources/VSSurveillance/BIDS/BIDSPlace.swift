import VSGrowth
import VSStore

/// Where an image lies in a BIDS data set.
struct BIDSPlace: Hashable {
    /// `sub-…`.
    var subject: String
    /// The session's day.
    var day: ExamDate
    /// `T2w` or `T1w`.
    var suffix: String
    /// Whether contrast medium was given.
    var isContrast: Bool
    /// Counts images of one session that are alike; nil where there is one.
    var run: Int?

    /// `ses-YYYYMMDD`: labels are letters and digits.
    static func session(_ day: ExamDate) -> String { "ses-" + day.iso.filter { $0 != "-" } }

    /// The suffix of a scan; nil for what has none here.
    static func suffix(of scan: ScanRecord) -> String? {
        if scan.isT2 { return "T2w" }
        return scan.sequence.lowercased().hasPrefix("t1") ? "T1w" : nil
    }

    /// The folder of its files.
    var folder: String { "\(subject)/\(Self.session(day))/anat" }

    /// The entities, as file names begin.
    var stem: String {
        "\(subject)_\(Self.session(day))" + (isContrast ? "_ce-contrast" : "")
            + (run.map { "_run-\($0)" } ?? "")
    }

    /// The image's name without its ending.
    var image: String { "\(stem)_\(suffix)" }

    /// The mask's name without its ending; those on T1 say so, as a session may hold both.
    var mask: String { "\(stem)_desc-tumor\(suffix == "T1w" ? "T1w" : "")_mask" }
}
