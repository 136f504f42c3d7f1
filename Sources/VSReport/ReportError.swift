/// Why a picture was not made.
public struct ReportError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure this is, for a caller to switch on.
    public enum Code: String, Sendable {
        /// The file could not be written.
        case unwritable
        /// There is nothing to draw.
        case empty
    }

    /// What kind of failure this is.
    public let code: Code
    /// The file, as the user named it.
    public let subject: String
    /// What is wrong.
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
