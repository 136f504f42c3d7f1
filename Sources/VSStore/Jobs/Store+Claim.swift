public import Foundation
import GRDB
public import VSGrowth

/// A worker's side of the queue. Each step is one transaction with the write lock held from its start,
/// so that of several workers one alone takes a job, and only who holds it can end it.
extension Store {
    /// Takes the next job, or none where nothing may be done now.
    ///
    /// Jobs whose worker is gone, or was silent past its lease, come first back into the queue; those
    /// taken too often are parked.
    ///
    /// - Parameters:
    ///   - worker: who takes it; a name no other worker has.
    ///   - now: the present.
    ///   - minuteOfDay: minutes after local midnight, for the window of a campaign.
    ///   - policy: leases and attempts.
    ///   - isGone: whether a worker is known to run no more.
    /// - Returns: the job, which is the worker's now.
    /// - Throws: ``StoreError`` where the store cannot be written.
    public func claimJob(
        worker: String, now: Date = Date(), minuteOfDay: Int, policy: JobPolicy = JobPolicy(),
        isGone: @Sendable (String) -> Bool = { _ in false }
    ) throws -> JobRecord? {
        // A look first: an idle worker holds no write lock.
        let isWorthIt = try read { db in
            try !Self.lostJobs(db, now: now, isGone: isGone).isEmpty
                || Self.nextJob(db, now: now, minuteOfDay: minuteOfDay) != nil
        }
        guard isWorthIt else { return nil }
        return try write(.soon) { db in
            for job in try Self.lostJobs(db, now: now, isGone: isGone) {
                try Self.release(
                    db, job, now: now, policy: policy,
                    "Its worker ended or was silent for \(Int(policy.leaseSeconds)) s.",
                    delaySeconds: 0)
            }
            while let id = try Self.nextJob(db, now: now, minuteOfDay: minuteOfDay) {
                if let job = try Self.take(db, id, worker: worker, now: now, policy) { return job }
            }
            return nil
        }
    }

    private static func lostJobs(
        _ db: Database, now: Date, isGone: (String) -> Bool
    ) throws -> [JobRecord] {
        let running = try JobRecord.fetchAll(
            db, sql: "\(jobRows) WHERE job.state = 'running'")
        let moment = Instant.text(now)
        return running.filter { ($0.leaseUntil ?? "") < moment || isGone($0.worker ?? "") }
    }

    /// The job to be taken next: of new scans and of the open campaign's the one of higher priority.
    private static func nextJob(_ db: Database, now: Date, minuteOfDay: Int) throws -> Int64? {
        let moment = Instant.text(now)
        let plain = try Row.fetchOne(db, sql: nextSQL, arguments: [moment])
        var campaigns: Row?
        if let campaign = try openCampaign(db), campaign.mayRun(now: now, minuteOfDay: minuteOfDay)
        {
            campaigns = try Row.fetchOne(
                db, sql: nextInCampaignSQL, arguments: [campaign.id, moment])
        }
        guard let plain else { return campaigns?["id"] }
        guard let campaigns else { return plain["id"] }
        let (first, second): (Int, Int) = (plain["priority"], campaigns["priority"])
        return first >= second ? plain["id"] : campaigns["id"]
    }

    package static let nextSQL = """
        SELECT id, priority FROM job
        WHERE state = 'waiting' AND campaignId IS NULL AND notBefore <= ?
        ORDER BY priority DESC, id LIMIT 1
        """

    package static let nextInCampaignSQL = """
        SELECT id, priority FROM job
        WHERE state = 'waiting' AND campaignId = ? AND notBefore <= ?
        ORDER BY priority DESC, id LIMIT 1
        """

    /// Gives a job to a worker; nil where there is nothing left to do, and it was ended.
    private static func take(
        _ db: Database, _ id: Int64, worker: String, now: Date, _ policy: JobPolicy
    ) throws -> JobRecord? {
        guard let job = try job(db, id) else { return nil }
        let model = try job.modelId ?? activeModelID(db)
        if let model, !job.isAgain, let known = try segmentation(db, scan: job.scanId, by: model) {
            try end(db, job: id, .done, "It was segmented already.", segmentation: known, at: now)
            return nil
        }
        let moment = Instant.text(now)
        try db.execute(
            sql: """
                UPDATE job SET state = 'running', worker = ?, leaseUntil = ?, modelId = ?,
                    attempts = attempts + 1, progress = 0, startedAt = ?, heartbeatAt = ?
                WHERE id = ?
                """,
            arguments: [
                worker, Instant.text(now.addingTimeInterval(policy.leaseSeconds)), model, moment,
                moment, id,
            ])
        if let campaign = job.campaignId {
            try db.execute(
                sql: "UPDATE campaign SET lastClaimAt = ? WHERE id = ?",
                arguments: [moment, campaign])
        }
        return try self.job(db, id)
    }

    static func activeModelID(_ db: Database) throws -> Int64? {
        try Int64.fetchOne(db, sql: "SELECT id FROM model WHERE isActive = 1")
    }

    static func segmentation(_ db: Database, scan: Int64, by model: Int64) throws -> Int64? {
        try Int64.fetchOne(
            db, sql: "SELECT max(id) FROM segmentation WHERE scanId = ? AND modelId = ?",
            arguments: [scan, model])
    }

    /// Tells that a worker is at its job, and how far.
    ///
    /// - Returns: whether it is to go on.
    public func heartbeat(
        job id: Int64, worker: String, progress: Double, now: Date = Date(),
        policy: JobPolicy = JobPolicy()
    ) throws -> JobSignal {
        try write(.soon) { db in
            try db.execute(
                sql: """
                    UPDATE job SET heartbeatAt = ?, leaseUntil = ?, progress = ?
                    WHERE id = ? AND worker = ? AND state = 'running'
                    """,
                arguments: [
                    Instant.text(now), Instant.text(now.addingTimeInterval(policy.leaseSeconds)),
                    min(max(progress, 0), 1), id, worker,
                ])
            guard db.changesCount == 1 else { return .lost }
            let isAsked = try Bool.fetchOne(
                db, sql: "SELECT isCancelAsked FROM job WHERE id = ?", arguments: [id])
            return isAsked == true ? .cancel : .goOn
        }
    }

    /// Stores a job's segmentation and ends the job, in one transaction.
    ///
    /// - Returns: the segmentation; nil where the worker had lost the job, and nothing was stored.
    @discardableResult
    public func finishJob(
        _ job: JobRecord, worker: String, _ entry: SegmentationEntry, rule: GrowthRule,
        now: Date = Date()
    ) throws -> Int64? {
        let prepared = try PreparedSegmentation(entry)
        return try write { db in
            guard try Self.isHeld(db, job.id, by: worker) else { return nil }
            guard
                let patient = try Int64.fetchOne(
                    db, sql: "SELECT patientId FROM scan WHERE id = ?", arguments: [job.scanId])
            else { throw Self.unknownScan(job.scanId) }
            // Somebody at the command line may have been faster.
            let known =
                try job.isAgain
                ? nil : Self.segmentation(db, scan: job.scanId, by: entry.model.id)
            let made =
                try known
                ?? Self.insert(db, prepared, scan: job.scanId, patient: patient, rule: rule)
            try Self.end(
                db, job: job.id, .done, known == nil ? "" : "It was segmented already.",
                segmentation: made, at: now)
            // The active model may be another one by now.
            if job.campaignId == nil {
                _ = try Self.enqueueMissing(
                    db, scan: job.scanId, JobRequest(cause: job.cause, request: job.request))
            }
            return made
        }
    }

    /// Tells that a job failed: it waits for its next attempt, or is parked.
    ///
    /// - Parameters:
    ///   - job: as it was taken.
    ///   - worker: who has it; nothing changes where that is another by now.
    ///   - message: why, a sentence.
    ///   - isFinal: whether another attempt is of no use.
    ///   - now: the present.
    ///   - policy: attempts and waits.
    /// - Throws: ``StoreError`` where the store cannot be written.
    public func failJob(
        _ job: JobRecord, worker: String, _ message: String, isFinal: Bool, now: Date = Date(),
        policy: JobPolicy = JobPolicy()
    ) throws {
        try write { db in
            guard try Self.isHeld(db, job.id, by: worker) else { return }
            if isFinal {
                return try Self.end(db, job: job.id, .parked, message, at: now)
            }
            try Self.release(
                db, job, now: now, policy: policy, message,
                delaySeconds: policy.delaySeconds(after: job.attempts))
        }
    }

    /// Gives a job back that was not brought to its end, as a person or the machine asked the worker to
    /// stop; the attempt does not count.
    public func giveBackJob(_ job: JobRecord, worker: String, now: Date = Date()) throws {
        try write { db in
            guard try Self.isHeld(db, job.id, by: worker) else { return }
            if try Self.isCancelAsked(db, job.id) {
                return try Self.end(db, job: job.id, .cancelled, "Cancelled.", at: now)
            }
            try Self.requeue(
                db, job, notBefore: now, attempts: max(job.attempts - 1, 0), "Its worker stopped.")
        }
    }

    private static func isHeld(_ db: Database, _ id: Int64, by worker: String) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (
                    SELECT 1 FROM job WHERE id = ? AND worker = ? AND state = 'running')
                """,
            arguments: [id, worker]) ?? false
    }

    private static func isCancelAsked(_ db: Database, _ id: Int64) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT isCancelAsked FROM job WHERE id = ?", arguments: [id]) ?? false
    }

    private static func release(
        _ db: Database, _ job: JobRecord, now: Date, policy: JobPolicy, _ message: String,
        delaySeconds: Double
    ) throws {
        if try isCancelAsked(db, job.id) {
            return try end(db, job: job.id, .cancelled, "Cancelled.", at: now)
        }
        guard job.attempts < policy.attempts else {
            return try end(
                db, job: job.id, .parked,
                "Parked after \(Words.count(job.attempts, "attempt")). \(message)",
                at: now)
        }
        try requeue(
            db, job, notBefore: now.addingTimeInterval(delaySeconds), attempts: job.attempts,
            message)
    }

    private static func requeue(
        _ db: Database, _ job: JobRecord, notBefore: Date, attempts: Int, _ message: String
    ) throws {
        try db.execute(
            sql: """
                UPDATE job SET state = 'waiting', worker = NULL, leaseUntil = NULL, progress = 0,
                    notBefore = ?, attempts = ?, message = ?,
                    modelId = CASE WHEN campaignId IS NULL THEN NULL ELSE modelId END
                WHERE id = ?
                """,
            arguments: [Instant.text(notBefore), attempts, message, job.id])
    }
}

extension JobRecord {
    /// Whether it is done although the model has segmented the scan already.
    var isAgain: Bool { cause == JobRecord.again }

    /// The cause of a job that a person asked for although the scan is segmented.
    public static let again = "again"
}
