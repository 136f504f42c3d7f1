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
        let isForPages = !remedy.contains("--") && !remedy.contains("vsdb ")
        let last = isForPages ? remedy : other
        return "\(subject): \(message)" + (last.isEmpty ? "" : " \(last)")
    }
}
