/// Why an archive could not be asked, or what it answered cannot be used.
///
/// Printed, it is a sentence for a person. It holds no patient data, and never credentials.
public struct PACSError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure this is.
    public enum Code: String, Sendable {
        /// The archive cannot be reached, or broke off; later it may be there again.
        case unavailable
        /// What it sent is not whole.
        case incomplete
        /// It does not let us in.
        case denied
        /// It knows nothing of that name.
        case missing
        /// It answers something else than it should.
        case answer
        /// The request itself is wrong.
        case refused
    }

    /// What kind of failure this is.
    public let code: Code
    /// The address, or what was asked for, as the user named it.
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
