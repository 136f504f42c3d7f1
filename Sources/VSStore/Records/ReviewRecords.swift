public import VSGrowth

/// A reader's word on a segmentation.
public struct ReviewRecord: Sendable, Hashable, Codable {
    /// What a reader may say.
    public enum State: String, Sendable, Codable {
        /// The segmentation is good.
        case accepted
        /// It is not, and takes no part in growth.
        case rejected
    }

    /// The row.
    public var id: Int64
    /// The segmentation.
    public var segmentationId: Int64
    /// What the reader said.
    public var state: State
    /// Who.
    public var reader: String
    /// Why; empty for an acceptance without words.
    public var reason: String
    /// When.
    public var createdAt: String
}

/// A person's outline of a tumour, without its mask.
public struct ManualVolumeRecord: Sendable, Hashable, Codable {
    /// The row.
    public var id: Int64
    /// The scan.
    public var scanId: Int64
    /// The tumour's side.
    public var side: String
    /// Who drew it.
    public var reader: String
    /// The mask file's name.
    public var sourceName: String
    /// What is to be known of it.
    public var note: String
    /// The volume, mm³.
    public var volumeMm3: Double
    /// Standard deviation of ln V of an outline by hand.
    public var relativeSD: Double
    /// When it was stored.
    public var createdAt: String
    /// Who took it back; nil where it stands.
    public var withdrawnBy: String?
    /// Why it was taken back.
    public var withdrawalReason: String?
    /// When it was taken back.
    public var withdrawnAt: String?

    /// Whether nobody took it back.
    public var stands: Bool { withdrawnAt == nil }
}

/// What a review is to record.
public struct ReviewEntry: Sendable {
    /// The segmentation.
    public var segmentation: Int64
    /// What the reader says.
    public var state: ReviewRecord.State
    /// Who.
    public var reader: String
    /// Why.
    public var reason: String

    /// Makes an entry.
    public init(
        segmentation: Int64, state: ReviewRecord.State, reader: String, reason: String = ""
    ) {
        self.segmentation = segmentation
        self.state = state
        self.reader = reader
        self.reason = reason
    }
}

/// Outlines on one scan that are to be taken back.
public struct WithdrawalEntry: Sendable {
    /// Who takes them back.
    public var reader: String
    /// Why.
    public var reason: String
    /// The outline's row; nil takes all of the reader's own on the scan.
    public var outline: Int64?
    /// The tumour's side; nil takes both.
    public var side: String?

    /// Makes an entry.
    public init(reader: String, reason: String, outline: Int64? = nil, side: String? = nil) {
        self.reader = reader
        self.reason = reason
        self.outline = outline
        self.side = side
    }
}

/// One reader's outlines on one scan, to be recorded.
public struct OutlineEntry: Sendable {
    /// Who drew them.
    public var reader: String
    /// The mask file's name.
    public var sourceName: String
    /// What is to be known of them.
    public var note: String
    /// The tumours; their `relativeSD` is that of an outline by hand.
    public var tumours: [TumourEntry]

    /// Makes an entry.
    public init(reader: String, sourceName: String, note: String = "", tumours: [TumourEntry]) {
        self.reader = reader
        self.sourceName = sourceName
        self.note = note
        self.tumours = tumours
    }
}

/// A reader's acknowledgement of a flag.
public struct AcknowledgementRecord: Sendable, Hashable, Codable {
    /// The tumour's side.
    public var side: String
    /// Who.
    public var reader: String
    /// What they noted.
    public var note: String
    /// The class that was acknowledged.
    public var growthClass: String
    /// The last exam then.
    public var lastExam: ExamDate
    /// When.
    public var createdAt: String
    /// When the class changed; nil while it holds.
    public var endedAt: String?
}
