public import Foundation
public import GRDB
public import VSGrowth

/// What a user of the service may do.
public enum Role: String, Sendable, Hashable, Codable, CaseIterable {
    /// Reads.
    case viewer
    /// Reads, registers and reviews.
    case clinician
    /// Everything.
    case administrator
    /// Hands in scans, and reads nothing.
    case device

    /// Whether patients may be read.
    public var mayRead: Bool { self != .device }

    /// Whether scans may be handed in.
    public var mayHandIn: Bool { self != .viewer }

    /// Whether scans may be reviewed and flags acknowledged.
    public var mayReview: Bool { self == .clinician || self == .administrator }

    /// Whether models may be promoted and taken back, and the audit and the users be read.
    public var mayAdminister: Bool { self == .administrator }
}

/// A user of the service.
public struct UserRecord: Sendable, Hashable, Codable, FetchableRecord {
    /// The row.
    public var id: Int64
    /// The name, unique.
    public var name: String
    /// What the user may do.
    public var role: Role
    /// Whether the user is shut out.
    public var isDisabled: Bool
    /// When the user was added.
    public var createdAt: String
    /// Until when the user is locked after wrong passwords, or was; nil for never.
    public var lockedUntil: String?

    /// Whether a lock after wrong passwords holds.
    ///
    /// - Parameter now: the present moment.
    /// - Returns: whether the lock ends later than that.
    public func isLocked(at now: Date) -> Bool { (lockedUntil ?? "") > Instant.text(now) }
}

/// A bearer token, without its text, which nobody keeps.
public struct TokenRecord: Sendable, Hashable, Codable, FetchableRecord {
    /// The row.
    public var id: Int64
    /// Whose it is.
    public var user: String
    /// What it is for, in the user's words.
    public var name: String
    /// When it was made.
    public var createdAt: String
    /// The last day it is good for; nil for no end.
    public var expiresOn: ExamDate?
    /// When it was taken back; nil while it holds.
    public var revokedAt: String?
}

/// Who asks.
public struct Identity: Sendable, Hashable {
    /// The user's name.
    public let user: String
    /// What the user may do.
    public let role: Role
    /// The token's number.
    public let token: Int64
}
