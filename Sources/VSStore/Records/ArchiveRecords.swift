public import Foundation

/// A picture archive that is followed.
public struct ArchiveRecord: Sendable, Hashable, Codable {
    /// The row.
    public var id: Int64
    /// Its address, without credentials.
    public var url: String
    /// The number of its last change that is done.
    public var position: Int64
}

/// A study of an archive that was looked at.
public struct ArchiveStudyRecord: Sendable, Hashable, Codable {
    /// What became of it.
    public enum State: String, Sendable, Codable, CaseIterable {
        /// A scan of it is registered.
        case registered
        /// A scan of it is registered, and there is nothing to send back.
        case noResult = "no-result"
        /// It holds no series that could be T2.
        case skipped
        /// It could not be registered.
        case refused
    }

    /// StudyInstanceUID.
    public var studyUid: String
    /// Which MR series it held, with how many images each, as a hash.
    public var content: String
    /// What became of it.
    public var state: State
    /// The scan.
    public var scanId: Int64?
    /// Why, a sentence; empty where all is well.
    public var message: String

    /// Names all.
    public init(
        studyUid: String, content: String, state: State, scanId: Int64? = nil, message: String = ""
    ) {
        self.studyUid = studyUid
        self.content = content
        self.state = state
        self.scanId = scanId
        self.message = message
    }
}

/// A result for an archive.
public struct ArchiveObjectRecord: Sendable, Hashable, Codable {
    /// What a result is.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// DICOM Segmentation.
        case seg
        /// DICOM Structured Report.
        case sr
    }

    /// The row.
    public var id: Int64
    /// The scan it is of.
    public var scanId: Int64
    /// What it is.
    public var kind: Kind
    /// SOPInstanceUID.
    public var instanceUid: String
    /// The file; nil once the archive has it.
    public var content: Data?
}
