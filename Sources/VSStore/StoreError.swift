/// Why the store could not do what was asked.
///
/// Printed, it is a sentence for a person. It holds no patient data but the identifier or path the
/// user typed.
public struct StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure this is, for a caller to switch on.
    public enum Code: String, Sendable {
        /// Another program holds the database.
        case busy
        /// The database or its folder cannot be written.
        case readOnly
        /// No space is left.
        case full
        /// The file is no database, or is damaged.
        case corrupt
        /// The database was made by a newer program, or its migrations were changed.
        case version
        /// The database cannot be opened or read.
        case unreadable
        /// Nothing of that name is known.
        case unknown
        /// The request itself is wrong.
        case invalid
        /// A rule of the schema forbids it.
        case conflict
        /// A file is larger than allowed.
        case tooLarge
    }

    /// What kind of failure this is.
    public let code: Code
    /// The database, patient, scan or model, as the user named it.
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
