public import Foundation

/// Where a campaign stands.
public enum CampaignState: String, Sendable, Codable {
    /// Scans are segmented by the new model; growth keeps to the old one.
    case running
    /// Every T2 scan is segmented; it waits to be promoted.
    case complete
    /// The new model has taken over.
    case promoted
    /// It had taken over, and the old one is back.
    case rolledBack = "rolled-back"
    /// It was given up before it took over.
    case cancelled
}

/// Limits within which a complete campaign is promoted without a person.
public struct PromotionLimits: Sendable, Hashable, Codable {
    /// The bias of the new volumes against the old may be so large at most, percent, up or down.
    public var maximalBiasPercent: Double
    /// So many of a hundred tumours may change their class at most.
    public var maximalClassChangePercent: Double
    /// So many of a hundred measurements of the old model may be lost at most.
    public var maximalLostPercent: Double

    /// Makes limits.
    public init(
        maximalBiasPercent: Double = 5, maximalClassChangePercent: Double = 5,
        maximalLostPercent: Double = 2
    ) {
        self.maximalBiasPercent = maximalBiasPercent
        self.maximalClassChangePercent = maximalClassChangePercent
        self.maximalLostPercent = maximalLostPercent
    }
}

/// What a campaign is to do.
public struct CampaignPlan: Sendable, Hashable {
    /// Nothing runs before this moment; nil for at once.
    public var startsAt: Date?
    /// The hours it may run in, minutes after local midnight; nil for all day.
    ///
    /// The end may lie on the next day.
    public var window: (from: Int, to: Int)? {
        get { bounds.map { ($0[0], $0[1]) } }
        set { bounds = newValue.map { [$0.from, $0.to] } }
    }
    /// Scans an hour at most; nil for as many as the workers can.
    public var scansPerHour: Int?
    /// Whether it is promoted by itself when complete and within the limits.
    public var isAutomatic: Bool
    /// The limits.
    public var limits: PromotionLimits
    private var bounds: [Int]?

    /// Makes a plan.
    public init(
        startsAt: Date? = nil, window: (from: Int, to: Int)? = nil, scansPerHour: Int? = nil,
        isAutomatic: Bool = true, limits: PromotionLimits = PromotionLimits()
    ) {
        self.startsAt = startsAt
        bounds = window.map { [$0.from, $0.to] }
        self.scansPerHour = scansPerHour
        self.isAutomatic = isAutomatic
        self.limits = limits
    }
}

/// A campaign.
public struct CampaignRecord: Sendable, Hashable, Codable {
    /// The row.
    public var id: Int64
    /// The new model.
    public var modelId: Int64
    /// Its name and version.
    public var model: String
    /// The model it takes over from.
    public var previousModelId: Int64?
    /// Its name and version.
    public var previousModel: String?
    /// Where it stands.
    public var state: CampaignState
    /// Nothing runs before this moment.
    public var startsAt: String
    /// The window's begin, minutes after local midnight.
    public var windowFrom: Int?
    /// The window's end, minutes after local midnight.
    public var windowTo: Int?
    /// Scans an hour at most.
    public var scansPerHour: Int?
    /// When a worker took a scan last.
    public var lastClaimAt: String?
    /// Whether it is promoted by itself.
    public var isAutomatic: Bool
    /// The limits, as JSON.
    public var limits: String
    /// Why it waits, or how it ended.
    public var message: String
    /// When it was planned.
    public var createdAt: String
    /// When every scan was segmented.
    public var completedAt: String?
    /// When the model took over.
    public var promotedAt: String?
    /// Who let the model take over.
    public var promotedBy: String?
    /// When it was rolled back or cancelled.
    public var endedAt: String?

    /// Whether it has not come to its end.
    public var isOpen: Bool { state == .running || state == .complete }

    /// Whether a worker may take one of its scans: it has begun, the clock is in its window, and its
    /// rate leaves room.
    public func mayRun(now: Date, minuteOfDay: Int) -> Bool {
        guard state == .running, startsAt <= now.formatted(.iso8601) else { return false }
        if let from = windowFrom, let to = windowTo {
            let isInside =
                from <= to
                ? (from..<to).contains(minuteOfDay) : minuteOfDay >= from || minuteOfDay < to
            if from != to && !isInside { return false }
        }
        guard let scansPerHour, let lastClaimAt,
            let last = try? Date(lastClaimAt, strategy: .iso8601)
        else { return true }
        return now.timeIntervalSince(last) >= 3600 / Double(scansPerHour)
    }
}

/// How far a campaign is.
public struct CampaignProgress: Sendable, Hashable {
    /// T2 scans.
    public var scans = 0
    /// Those its model has segmented.
    public var segmented = 0
    /// Jobs that wait or run.
    public var open = 0
    /// Jobs that were parked or taken back, whose scans are not segmented.
    public var failed = 0
    /// Scans finished within the last hour.
    public var finishedLastHour = 0
    /// Seconds that a run took at the median, of the last hundred.
    public var medianSeconds: Double?

    /// Makes the progress of nothing.
    public init() {}
}
