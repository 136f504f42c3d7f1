import VSImaging
import VSSegmentation
import VSStore

/// What went wrong, for somebody at a page.
enum PageWords {
    /// A problem whose sentence speaks of the page: remedies that name commands or their options are left
    /// out, and a file that cannot be used is its sender's to mend.
    ///
    /// - Parameters:
    ///   - error: what went wrong.
    ///   - isSent: whether the fault is in what was sent, where it is in a file.
    ///   - remedy: takes the place of one that is left out.
    /// - Returns: the problem.
    static func problem(
        _ error: any Error, isSent: Bool = false, remedy: String = ""
    ) -> Problem {
        switch error {
        case let error as StoreError:
            return Problem(
                Problem(error).status, error.code.rawValue,
                sentence(error.subject, error.message, error.remedy, or: remedy))
        case let error as ImagingError:
            return Problem(
                isSent ? 422 : Problem(error).status, error.code.rawValue,
                sentence(error.subject, error.message, error.remedy, or: remedy))
        case let error as SegmentationError where isSent && error.code == .refused:
            return Problem(
                422, error.code.rawValue,
                sentence(error.subject, error.message, error.remedy, or: remedy))
        default: return Problem(error)
        }
    }

    private static func sentence(
        _ subject: String, _ message: String, _ remedy: String, or other: String
    ) -> String {
        let plainRemedy = plain(remedy)
        let last = plainRemedy.isEmpty ? other : plainRemedy
        return "\(subject): \(plain(message))" + (last.isEmpty ? "" : " \(last)")
    }

    /// What the command line's remedies are on pages.
    private static let rewordings: [(command: String, page: String)] = [
        ("an outline can be stored with --mask", "an outline of your own can be stored"),
        ("use --reject", "reject the segmentation"),
        (
            "Name its side with --side, or record tumours on both sides with 'vsdb register patient "
                + "ID --bilateral'.",
            "Choose its side in the form. Where tumours on both sides are expected, whoever runs the "
                + "service records that of the patient."
        ),
        (
            "; if the patient has tumours on both sides, 'vsdb register patient ID --bilateral' and "
                + "register the scan with --again",
            "; if the patient has tumours on both sides, whoever runs the service records that"
        ),
        ("Give it with --patient.", "Fill in the patient's identifier."),
        ("Give it with --date.", "Fill in the day of the exam."),
        ("Give one with --series UID if you know better.", "Send the T2 series alone."),
        ("Choose with --series UID.", "Send the T2 series alone."),
        (
            ", or give --assume-axes if its axes are right-to-left, front-to-back and foot-to-head by "
                + "your own knowledge", ""
        ),
        (", for example with 'gdcmconv --raw IN OUT' or at the archive", ""),
        (", for example with dcm2niix", ""),
        ("Give a DICOM file or folder.", "Send a DICOM file, or a zip archive of a study."),
        (
            "or start the service with a larger --upload-limit",
            "or ask whoever runs the service for a larger limit"
        ),
        (
            "Let 'vsdb serve' or 'vsdb work' run until it is complete",
            "It goes on by itself until it is complete"
        ),
        (
            "See 'vsdb jobs list --state parked', or promote with --leave-out",
            "The jobs' page says why; tick the box to leave these scans out of growth"
        ),
        ("'vsdb jobs list' shows why", "the jobs' page shows why"),
        ("'vsdb doctor --deep' says what", "whoever runs the service can find out what"),
        ("; 'vsdb export mask' writes one to begin with", ""),
    ]

    /// A text in the words of pages: what names a command or its option is put otherwise, or left out.
    ///
    /// - Parameter text: sentences, for example of a job that failed.
    /// - Returns: the sentences that speak to somebody at a page.
    static func plain(_ text: String) -> String {
        var text = text
        for one in rewordings { text = text.replacing(one.command, with: one.page) }
        guard namesCommand(text) else { return text }
        return text.split(separator: ". ").compactMap { sentence in
            let parts = sentence.split(separator: "; ")
            let kept = parts.filter { !namesCommand($0) }
            guard !kept.isEmpty else { return nil }
            let line = kept.joined(separator: "; ")
            return line.hasSuffix(".") ? line : line + "."
        }.joined(separator: " ")
    }

    private static func namesCommand(_ text: some StringProtocol) -> Bool {
        text.contains("--") || text.contains("vsdb ")
    }
}
