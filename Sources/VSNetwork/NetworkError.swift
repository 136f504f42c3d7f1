/// Why a model file or a network could not be used.
///
/// Printed, it is a sentence for a person: which file or model, what is wrong, and what to do.
public struct NetworkError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure this is, for a caller to switch on.
    public enum Code: String, Sendable {
        /// The file does not exist or cannot be read.
        case unreadable
        /// The file is not safetensors, or its header is damaged.
        case malformed
        /// The file asks for something that is not done, such as running code.
        case refused
        /// The file ends before its tensors do.
        case truncated
        /// The tensors are not those of the architecture it names.
        case wrongShape
        /// A parameter is not a finite number.
        case notFinite
        /// The window does not suit the network.
        case window
        /// The file could not be written.
        case unwritable
    }

    /// What kind of failure this is.
    public let code: Code
    /// The file or model, as the user named it.
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
