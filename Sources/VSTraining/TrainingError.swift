/// Why data could not be trained on, or a training run not be continued.
///
/// Printed, it is a sentence for a person: which file or folder, what is wrong, and what to do.
public struct TrainingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure this is, for a caller to switch on.
    public enum Code: String, Sendable {
        /// The folder or a file of it is missing.
        case missing
        /// The data are there and cannot be used.
        case unusable
        /// The checkpoint is damaged or of another run.
        case checkpoint
        /// The loss is no longer a finite number.
        case diverged
        /// A result could not be written.
        case unwritable
    }

    /// What kind of failure this is.
    public let code: Code
    /// The file or folder, as the user named it.
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
