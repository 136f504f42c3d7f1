/// Why an image could not be read, written or measured.
///
/// Printed, it is a sentence for a person: which file, what is wrong with the numbers that show it,
/// and what to do. It holds no patient data beyond the path the user typed.
public struct ImagingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure this is, for a caller to switch on.
    public enum Code: String, Sendable {
        /// The file does not exist.
        case missing
        /// The file exists and cannot be read (permissions, a directory, an I/O error).
        case unreadable
        /// The file is not of a known format, or its header is damaged.
        case malformed
        /// The file ends before its voxels do.
        case truncated
        /// A well-formed file of a kind that is out of scope (RGB, complex, 2D, many volumes).
        case unsupported
        /// The geometry is absent, singular, not finite or out of range.
        case geometry
        /// The file claims more memory than is allowed.
        case tooLarge
        /// Several series could be meant, and a person has to choose.
        case ambiguous
        /// The output could not be written.
        case unwritable
    }

    /// What kind of failure this is.
    public let code: Code
    /// The file, as the user named it.
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
