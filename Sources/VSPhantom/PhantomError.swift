/// Why simulated data could not be made or written.
public struct PhantomError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure this is, for a caller to switch on.
    public enum Code: String, Sendable {
        /// The outlines are damaged or of another format version.
        case outlines
        /// A real head or its landmarks are missing, damaged or of another format version.
        case heads
        /// A request is out of range.
        case request
        /// The output could not be written.
        case unwritable
    }

    /// What kind of failure this is.
    public let code: Code
    /// The file or option, as the user named it.
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
