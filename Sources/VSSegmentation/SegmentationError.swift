/// Why a scan was not segmented.
///
/// Printed, it is a sentence for a person: which scan, what is wrong, and what to do.
public struct SegmentationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure this is, for a caller to switch on.
    public enum Code: String, Sendable {
        /// The quality gate refused the scan.
        case refused
        /// The run would need more memory than allowed.
        case memory
        /// The box does not lie in the image.
        case box
        /// A parameter is out of its range.
        case parameters
        /// The network gave values that are not numbers.
        case network
        /// The user interrupted the run.
        case cancelled
    }

    /// What kind of failure this is.
    public let code: Code
    /// The scan, as the user named it.
    public let subject: String
    /// What is wrong, with the numbers that show it.
    public let message: String
    /// What to do about it.
    public let remedy: String

    /// Makes an error; `message` and `remedy` are sentences without the subject.
    public init(_ code: Code, subject: String, message: String, remedy: String) {
        self.code = code
        self.subject = subject
        self.message = message
        self.remedy = remedy
    }

    /// The sentence for a person.
    public var description: String { "\(subject): \(message) \(remedy)" }
}
