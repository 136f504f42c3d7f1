/// A treatment, which ends one epoch of growth and begins another.
public struct Treatment: Sendable, Hashable, Codable {
    /// What was done.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// Stereotactic radiosurgery or radiotherapy: swelling may follow.
        case radiosurgery
        /// Surgery: a cavity follows that models of untreated tumours do not know.
        case surgery
    }

    /// What was done.
    public var kind: Kind
    /// The day it was done.
    public var date: ExamDate

    /// Makes a treatment.
    public init(kind: Kind, date: ExamDate) {
        self.kind = kind
        self.date = date
    }
}
