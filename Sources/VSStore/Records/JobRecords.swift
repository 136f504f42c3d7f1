import Foundation
public import VSGrowth

/// Where a job stands.
public enum JobState: String, Sendable, Codable, CaseIterable {
    /// It waits for a worker, and for its time.
    case waiting
    /// A worker has it, under a lease.
    case running
    /// Its result is stored.
    case done
    /// It failed too often, or cannot succeed; its message says why. It waits for a person.
    case parked
    /// A person took it back.
    case cancelled

    /// Whether nothing more happens to it by itself.
    public var isOver: Bool { self != .waiting && self != .running }
}

/// A job with the scan it is about.
public struct JobRecord: Sendable, Hashable, Codable {
    /// The row.
    public var id: Int64
    /// The scan to be segmented.
    public var scanId: Int64
    /// The patient's identifier.
    public var identifier: String
    /// The day of the exam.
    public var examDate: ExamDate
    /// The model; nil until a worker takes it, for whichever is active then.
    public var modelId: Int64?
    /// The model's name and version.
    public var model: String?
    /// The campaign it belongs to.
    public var campaignId: Int64?
    /// Where it stands.
    public var state: JobState
    /// Higher is sooner.
    public var priority: Int
    /// Who asked for it.
    public var cause: String
    /// What was known when it was asked for, as JSON.
    public var request: String
    /// How often a worker has taken it.
    public var attempts: Int
    /// Not taken before this moment.
    public var notBefore: String
    /// Who has it.
    public var worker: String?
    /// Until when, unless it is heard of again.
    public var leaseUntil: String?
    /// The fraction done.
    public var progress: Double
    /// Whether its worker is asked to stop.
    public var isCancelAsked: Bool
    /// Its result.
    public var segmentationId: Int64?
    /// Why it waits, failed or ended as it did.
    public var message: String
    /// When it was asked for.
    public var createdAt: String
    /// When it was taken last.
    public var startedAt: String?
    /// When its worker was heard of last.
    public var heartbeatAt: String?
    /// When it came to its end.
    public var finishedAt: String?
}

/// A wish to have a scan segmented.
public struct JobRequest: Sendable, Hashable {
    /// New scans come before the old ones of a campaign.
    public static let newScan = 100
    /// A new scan in a campaign comes before the others in it.
    public static let newScanInCampaign = 50
    /// A scan of a campaign.
    public static let campaign = 10

    /// Who asks.
    public var cause: String
    /// Higher is sooner.
    public var priority: Int
    /// What is known, as JSON.
    public var request: String

    /// Makes a wish.
    public init(
        cause: String = "register", priority: Int = newScan, request: String = "{}"
    ) {
        self.cause = cause
        self.priority = priority
        self.request = request
    }
}

/// How long a worker may be silent, and what becomes of a job that failed.
public struct JobPolicy: Sendable, Hashable {
    /// A job that was taken so often and did not succeed is parked.
    public var attempts: Int
    /// A worker that was not heard of for so long has lost its job, seconds.
    public var leaseSeconds: Double
    /// The wait before the second attempt, seconds; each further one is four times as long.
    public var firstDelaySeconds: Double
    /// The longest wait between attempts, seconds.
    public var longestDelaySeconds: Double

    /// Makes a policy.
    public init(
        attempts: Int = 5, leaseSeconds: Double = 60, firstDelaySeconds: Double = 15,
        longestDelaySeconds: Double = 3600
    ) {
        self.attempts = attempts
        self.leaseSeconds = leaseSeconds
        self.firstDelaySeconds = firstDelaySeconds
        self.longestDelaySeconds = longestDelaySeconds
    }

    /// The wait after so many attempts, at least one: first, 4 first, 16 first and so on up to the longest.
    public func delaySeconds(after attempts: Int) -> Double {
        min(longestDelaySeconds, firstDelaySeconds * pow(4, Double(max(attempts, 1) - 1)))
    }
}

/// What a worker is to do with the job it has.
public enum JobSignal: Sendable {
    /// Go on.
    case goOn
    /// Stop: a person took the job back.
    case cancel
    /// Stop: another worker has it by now.
    case lost
}
