import Foundation
import GRDB

extension Store {
    /// Every job with its scan and model.
    static let jobRows = """
        SELECT job.*, patient.identifier, scan.examDate, model.name || ' ' || model.version AS model
        FROM job
        CROSS JOIN scan ON scan.id = job.scanId
        CROSS JOIN patient ON patient.id = scan.patientId
        LEFT JOIN model ON model.id = job.modelId
        """

    /// Jobs, the newest first.
    ///
    /// - Parameters:
    ///   - state: only those; nil for those that are not done or cancelled.
    ///   - includesAll: also those that are done or cancelled.
    ///   - before: only jobs of a smaller number, for the next page.
    ///   - limit: so many at most.
    /// - Returns: the jobs.
    /// - Throws: ``StoreError`` where the store cannot be read.
    public func jobs(
        state: JobState? = nil, includesAll: Bool = false, before: Int64? = nil, limit: Int = 100
    ) throws -> [JobRecord] {
        let states: [JobState] =
            state.map { [$0] } ?? (includesAll ? JobState.allCases : [.waiting, .running, .parked])
        return try read { db in
            // One look-up in an index for each state; their pages are merged.
            let found = try states.flatMap { state in
                try JobRecord.fetchAll(
                    db, sql: Self.jobsSQL,
                    arguments: [state.rawValue, before ?? .max, limit])
            }
            return Array(found.sorted { $0.id > $1.id }.prefix(limit))
        }
    }

    package static let jobsSQL = """
        \(jobRows) WHERE job.state = ? AND job.id < ? ORDER BY job.id DESC LIMIT ?
        """

    /// The newest job of a scan; nil where it has none.
    public func newestJob(ofScan scan: Int64) throws -> JobRecord? {
        try read { try JobRecord.fetchOne($0, sql: Self.scanJobSQL, arguments: [scan]) }
    }

    package static let scanJobSQL = """
        \(jobRows) WHERE job.scanId = ? ORDER BY job.id DESC LIMIT 1
        """

    /// One job.
    ///
    /// - Throws: ``StoreError`` with code `unknown`.
    public func job(_ id: Int64) throws -> JobRecord {
        guard let job = try read({ try Self.job($0, id) }) else { throw Self.unknownJob(id) }
        return job
    }

    static func job(_ db: Database, _ id: Int64) throws -> JobRecord? {
        try JobRecord.fetchOne(db, sql: "\(jobRows) WHERE job.id = ?", arguments: [id])
    }

    static func unknownJob(_ id: Int64) -> StoreError {
        StoreError(
            .unknown, subject: "job \(id)", message: "No job of this number is stored.",
            remedy: "'vsdb jobs list --all' shows those that are.")
    }

    /// How many jobs are in each state.
    public func jobCounts() throws -> [JobState: Int] {
        try read { db in
            var counts: [JobState: Int] = [:]
            for row in try Row.fetchAll(
                db, sql: "SELECT state, count(*) AS jobs FROM job GROUP BY state")
            {
                if let state = JobState(rawValue: row["state"]) { counts[state] = row["jobs"] }
            }
            return counts
        }
    }

    /// Asks for a scan to be segmented by the active model.
    ///
    /// - Returns: the job: a new one, or the one that waits or runs already.
    /// - Throws: ``StoreError`` for a scan that is not registered or not T2.
    @discardableResult
    public func enqueue(scan: Int64, _ request: JobRequest) throws -> Int64 {
        try write { db in
            guard
                let isT2 = try Bool.fetchOne(
                    db, sql: "SELECT isT2 FROM scan WHERE id = ?", arguments: [scan])
            else { throw Self.unknownScan(scan) }
            guard isT2 else {
                throw StoreError(
                    .invalid, subject: "scan \(scan)", message: "It is not T2.",
                    remedy: "Only T2 scans are segmented; nothing was queued.")
            }
            return try Self.insertJob(db, scan: scan, request, campaign: nil, model: nil)
        }
    }

    /// Asks for every T2 scan that the active model has not segmented.
    ///
    /// - Returns: how many jobs are new.
    @discardableResult
    public func enqueueUnsegmented(_ request: JobRequest) throws -> Int {
        try write { db in try Self.enqueueUnsegmented(db, request) }
    }

    static func enqueueUnsegmented(_ db: Database, _ request: JobRequest) throws -> Int {
        let scans = try Int64.fetchAll(
            db,
            sql: """
                SELECT scan.id FROM standingScan AS scan WHERE scan.isT2 = 1 AND NOT EXISTS (
                    SELECT 1 FROM segmentation JOIN model ON model.id = segmentation.modelId
                    WHERE segmentation.scanId = scan.id AND model.isActive = 1)
                    AND NOT EXISTS (SELECT 1 FROM job WHERE job.scanId = scan.id
                        AND job.state IN ('waiting', 'running') AND job.campaignId IS NULL)
                ORDER BY scan.examDate DESC, scan.id
                """)
        for scan in scans { try insertJob(db, scan: scan, request, campaign: nil, model: nil) }
        return scans.count
    }

    /// Queues what a T2 scan lacks: a segmentation by the active model, and one by the model of an
    /// open campaign.
    ///
    /// - Returns: the job for the active model; nil where it has segmented the scan.
    static func enqueueMissing(
        _ db: Database, scan: Int64, _ request: JobRequest
    ) throws -> Int64? {
        if let row = try Row.fetchOne(
            db,
            sql: """
                SELECT campaign.id, campaign.modelId FROM campaign
                WHERE state IN ('running', 'complete') AND NOT EXISTS (
                    SELECT 1 FROM segmentation WHERE segmentation.scanId = ?
                        AND segmentation.modelId = campaign.modelId)
                """,
            arguments: [scan])
        {
            let campaign: Int64 = row["id"]
            try insertJob(
                db, scan: scan,
                JobRequest(
                    cause: "campaign", priority: JobRequest.newScanInCampaign,
                    request: request.request), campaign: campaign, model: row["modelId"])
            try db.execute(
                sql: """
                    UPDATE campaign SET state = 'running', completedAt = NULL, message = ''
                    WHERE id = ?
                    """, arguments: [campaign])
        }
        let isSegmented = try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM segmentation
                    JOIN model ON model.id = segmentation.modelId
                    WHERE segmentation.scanId = ? AND model.isActive = 1)
                """,
            arguments: [scan])
        return isSegmented == true
            ? nil : try insertJob(db, scan: scan, request, campaign: nil, model: nil)
    }

    @discardableResult
    static func insertJob(
        _ db: Database, scan: Int64, _ request: JobRequest, campaign: Int64?, model: Int64?
    ) throws -> Int64 {
        if let open = try Int64.fetchOne(
            db,
            sql: """
                SELECT id FROM job WHERE scanId = ? AND campaignId IS ?
                    AND state IN ('waiting', 'running')
                """,
            arguments: [scan, campaign])
        {
            return open
        }
        let now = Instant.now()
        try db.execute(
            sql: """
                INSERT INTO job (kind, scanId, modelId, campaignId, state, priority, cause, request,
                    attempts, notBefore, progress, isCancelAsked, message, createdAt)
                VALUES ('segment', ?, ?, ?, 'waiting', ?, ?, ?, 0, ?, 0, 0, '', ?)
                """,
            arguments: [
                scan, model, campaign, request.priority, request.cause, request.request, now, now,
            ])
        return db.lastInsertedRowID
    }

    /// Takes a job back: one that waits at once, one that runs as soon as its worker hears of it.
    ///
    /// - Returns: the job as it is then.
    /// - Throws: ``StoreError`` for an unknown job, or one that has come to its end.
    @discardableResult
    public func cancelJob(_ id: Int64) throws -> JobRecord {
        try write { db in
            guard let job = try Self.job(db, id) else { throw Self.unknownJob(id) }
            switch job.state {
            case .waiting, .parked:
                try Self.end(db, job: id, .cancelled, "Cancelled.")
            case .running:
                try db.execute(
                    sql: "UPDATE job SET isCancelAsked = 1 WHERE id = ?", arguments: [id])
            case .done, .cancelled:
                throw StoreError(
                    .conflict, subject: "job \(id)",
                    message: "It is \(job.state.rawValue) already.", remedy: "Nothing was changed.")
            }
            try Self.audit(db, "cancel job", subject: "job \(id)", detail: "scan \(job.scanId)")
            guard let changed = try Self.job(db, id) else { throw Self.unknownJob(id) }
            return changed
        }
    }

    /// Lets a parked or cancelled job wait again, with all its attempts before it; or one that waits
    /// for its next attempt go on at once.
    ///
    /// - Returns: the job as it is then.
    /// - Throws: ``StoreError`` for an unknown job, one that runs or is done, or one of a campaign that
    ///   has come to its end.
    @discardableResult
    public func retryJob(_ id: Int64) throws -> JobRecord {
        try write { db in
            guard let job = try Self.job(db, id) else { throw Self.unknownJob(id) }
            func refuse(_ message: String) -> StoreError {
                StoreError(
                    .conflict, subject: "job \(id)", message: message,
                    remedy: "Nothing was changed.")
            }
            guard job.state != .running, job.state != .done else {
                throw refuse("It is \(job.state.rawValue).")
            }
            if let campaign = job.campaignId,
                try Self.campaign(db, campaign)?.isOpen != true
            {
                throw refuse("Its campaign has come to its end.")
            }
            if let other = try Int64.fetchOne(
                db,
                sql: """
                    SELECT id FROM job WHERE scanId = ? AND campaignId IS ? AND id <> ?
                        AND state IN ('waiting', 'running')
                    """,
                arguments: [job.scanId, job.campaignId, id])
            {
                throw refuse("Job \(other) does the same.")
            }
            try db.execute(
                sql: """
                    UPDATE job SET state = 'waiting', attempts = 0, notBefore = ?, finishedAt = NULL,
                        isCancelAsked = 0, progress = 0, message = ''
                    WHERE id = ?
                    """,
                arguments: [Instant.now(), id])
            try Self.audit(db, "retry job", subject: "job \(id)", detail: "scan \(job.scanId)")
            guard let changed = try Self.job(db, id) else { throw Self.unknownJob(id) }
            return changed
        }
    }

    /// Ends a job.
    static func end(
        _ db: Database, job: Int64, _ state: JobState, _ message: String,
        segmentation: Int64? = nil, at now: Date = Date()
    ) throws {
        try db.execute(
            sql: """
                UPDATE job SET state = ?1, message = ?2, segmentationId = ?3, worker = NULL,
                    leaseUntil = NULL, finishedAt = ?4,
                    progress = CASE WHEN ?1 = 'done' THEN 1 ELSE progress END
                WHERE id = ?5
                """,
            arguments: [state.rawValue, message, segmentation, Instant.text(now), job])
    }
}
