public import Foundation
import GRDB
public import VSGrowth

extension Store {
    private static let campaignRows = """
        SELECT campaign.*, model.name || ' ' || model.version AS model,
            previous.name || ' ' || previous.version AS previousModel
        FROM campaign CROSS JOIN model ON model.id = campaign.modelId
        LEFT JOIN model AS previous ON previous.id = campaign.previousModelId
        """

    /// A campaign, or the newest without a number; nil where there is none.
    public func campaign(_ id: Int64? = nil) throws -> CampaignRecord? {
        try read { db in
            try id.map { try Self.campaign(db, $0) }
                ?? CampaignRecord.fetchOne(
                    db, sql: "\(Self.campaignRows) ORDER BY campaign.id DESC LIMIT 1")
        }
    }

    /// Campaigns, the newest first.
    ///
    /// - Parameters:
    ///   - before: only campaigns of a smaller number, for the next page.
    ///   - limit: so many at most.
    /// - Returns: the campaigns.
    /// - Throws: ``StoreError`` where the store cannot be read.
    public func campaigns(before: Int64? = nil, limit: Int = 100) throws -> [CampaignRecord] {
        try read {
            try CampaignRecord.fetchAll(
                $0, sql: Self.campaignsSQL, arguments: [before ?? .max, limit])
        }
    }

    package static let campaignsSQL = """
        \(campaignRows) WHERE campaign.id < ? ORDER BY campaign.id DESC LIMIT ?
        """

    /// The campaign that runs or waits to be promoted; nil where there is none.
    public func openCampaign() throws -> CampaignRecord? { try read { try Self.openCampaign($0) } }

    static func campaign(_ db: Database, _ id: Int64) throws -> CampaignRecord? {
        try CampaignRecord.fetchOne(
            db, sql: "\(campaignRows) WHERE campaign.id = ?", arguments: [id])
    }

    static func openCampaign(_ db: Database) throws -> CampaignRecord? {
        try CampaignRecord.fetchOne(
            db, sql: "\(campaignRows) WHERE campaign.state IN ('running', 'complete')")
    }

    /// Begins a campaign: every T2 scan that the model has not segmented is queued, the patients first
    /// whose tumours are flagged, then by probability of growth.
    ///
    /// The active model, and with it all growth, stays as it is.
    /// - Throws: ``StoreError`` for an unknown model, one that is active already, or where a campaign
    ///   is open.
    @discardableResult
    public func startCampaign(_ model: ModelRecord, _ plan: CampaignPlan = CampaignPlan()) throws
        -> CampaignRecord
    {
        try write { db in
            guard
                let isActive = try Bool.fetchOne(
                    db, sql: "SELECT isActive FROM model WHERE id = ?", arguments: [model.id])
            else { throw Self.unknownModel(model.title) }
            guard !isActive else {
                throw StoreError(
                    .invalid, subject: model.title, message: "This model is active already.",
                    remedy: "Nothing was changed.")
            }
            if let open = try Self.openCampaign(db) {
                throw StoreError(
                    .conflict, subject: model.title,
                    message: "The campaign of \(open.model) is not at its end.",
                    remedy: "'vsdb campaign show' says how far it is; 'vsdb campaign promote' or "
                        + "'vsdb campaign rollback' ends it.")
            }
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            try db.execute(
                sql: """
                    INSERT INTO campaign (modelId, previousModelId, state, startsAt, windowFrom,
                        windowTo, scansPerHour, isAutomatic, limits, message, createdAt)
                    VALUES (?, ?, 'running', ?, ?, ?, ?, ?, ?, '', ?)
                    """,
                arguments: [
                    model.id, try Self.activeModelID(db), Instant.text(plan.startsAt ?? Date()),
                    plan.window?.from, plan.window?.to, plan.scansPerHour, plan.isAutomatic,
                    String(decoding: try encoder.encode(plan.limits), as: UTF8.self), Instant.now(),
                ])
            let id = db.lastInsertedRowID
            try Self.enqueueCampaign(db, id, model: model.id)
            try Self.audit(
                db, "start campaign", subject: model.title, detail: "campaign \(id)")
            guard let campaign = try Self.campaign(db, id) else { throw Self.noCampaign() }
            return campaign
        }
    }

    private static func enqueueCampaign(_ db: Database, _ id: Int64, model: Int64) throws {
        let scans = try Int64.fetchAll(db, sql: worstFirstSQL, arguments: [model])
        for scan in scans {
            try insertJob(
                db, scan: scan, JobRequest(cause: "campaign", priority: JobRequest.campaign),
                campaign: id, model: model)
        }
    }

    /// T2 scans that model ?1 has not segmented, the worst patients first and each patient's together.
    package static let worstFirstSQL = """
        SELECT scan.id FROM standingScan AS scan
        LEFT JOIN (
            SELECT tumour.patientId, max(growth.isFlagged) AS isFlagged,
                max(coalesce(growth.probabilityOfGrowth, 0)) AS probability
            FROM growth JOIN tumour ON tumour.id = growth.tumourId GROUP BY tumour.patientId
        ) AS worst ON worst.patientId = scan.patientId
        WHERE scan.isT2 = 1 AND NOT EXISTS (
            SELECT 1 FROM segmentation
            WHERE segmentation.scanId = scan.id AND segmentation.modelId = ?1)
        ORDER BY coalesce(worst.isFlagged, 0) DESC, coalesce(worst.probability, 0) DESC,
            scan.patientId, scan.examDate, scan.id
        """

    static func noCampaign() -> StoreError {
        StoreError(
            .unknown, subject: "campaign", message: "There is no such campaign.",
            remedy: "'vsdb model activate NAME' begins one.")
    }

    /// How far a campaign is.
    public func progress(of campaign: CampaignRecord, now: Date = Date()) throws -> CampaignProgress
    {
        try read { db in
            var progress = CampaignProgress()
            progress.scans =
                try Int.fetchOne(db, sql: "SELECT count(*) FROM standingScan WHERE isT2 = 1")
                ?? 0
            progress.segmented = progress.scans - (try Self.missing(db, campaign))
            for row in try Row.fetchAll(
                db,
                sql: "SELECT state, count(*) AS jobs FROM job WHERE campaignId = ? GROUP BY state",
                arguments: [campaign.id])
            {
                switch JobState(rawValue: row["state"]) {
                case .waiting, .running: progress.open += row["jobs"]
                case .parked, .cancelled: progress.failed += row["jobs"]
                case .done, nil: break
                }
            }
            progress.finishedLastHour =
                try Int.fetchOne(
                    db,
                    sql: """
                        SELECT count(*) FROM job
                        WHERE campaignId = ? AND state = 'done' AND finishedAt >= ?
                        """,
                    arguments: [campaign.id, Instant.text(now.addingTimeInterval(-3600))]) ?? 0
            let seconds = try Double.fetchAll(
                db,
                sql: """
                    SELECT segmentation.seconds FROM job
                    JOIN segmentation ON segmentation.id = job.segmentationId
                    WHERE job.campaignId = ? AND job.state = 'done' ORDER BY job.id DESC LIMIT 100
                    """,
                arguments: [campaign.id]
            ).sorted()
            progress.medianSeconds = seconds.isEmpty ? nil : seconds[seconds.count / 2]
            return progress
        }
    }

    /// T2 scans that a campaign's model has not segmented.
    static func missing(_ db: Database, _ campaign: CampaignRecord) throws -> Int {
        try Int.fetchOne(
            db,
            sql: """
                SELECT count(*) FROM standingScan AS scan WHERE scan.isT2 = 1 AND NOT EXISTS (
                    SELECT 1 FROM segmentation
                    WHERE segmentation.scanId = scan.id AND segmentation.modelId = ?)
                """,
            arguments: [campaign.modelId]) ?? 0
    }

    /// Notes that a running campaign has segmented every T2 scan, or why it cannot.
    ///
    /// - Returns: the open campaign as it is then; nil where there is none.
    @discardableResult
    public func completeCampaign() throws -> CampaignRecord? {
        guard let open = try openCampaign() else { return nil }
        guard open.state == .running, try read({ try Self.hasOpenJobs($0, open) }) == false else {
            return open
        }
        return try write { db in
            guard let campaign = try Self.openCampaign(db), campaign.state == .running,
                try !Self.hasOpenJobs(db, campaign)
            else { return try Self.openCampaign(db) }
            let missing = try Self.missing(db, campaign)
            if missing == 0 {
                try db.execute(
                    sql: """
                        UPDATE campaign SET state = 'complete', completedAt = ?, message = ''
                        WHERE id = ?
                        """,
                    arguments: [Instant.now(), campaign.id])
            } else {
                try Self.setMessage(
                    db, campaign,
                    "\(Words.count(missing, "scan")) could not be segmented by the new model; 'vsdb jobs list' "
                        + "shows why.")
            }
            return try Self.campaign(db, campaign.id)
        }
    }

    private static func hasOpenJobs(_ db: Database, _ campaign: CampaignRecord) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM job
                    WHERE campaignId = ? AND state IN ('waiting', 'running'))
                """,
            arguments: [campaign.id]) ?? false
    }

    private static func setMessage(
        _ db: Database, _ campaign: CampaignRecord, _ message: String
    ) throws {
        try db.execute(
            sql: "UPDATE campaign SET message = ?1 WHERE id = ?2 AND message <> ?1",
            arguments: [message, campaign.id])
    }

    /// Writes down why a complete campaign waits for a person.
    public func holdCampaign(_ campaign: CampaignRecord, _ message: String) throws {
        try write { db in try Self.setMessage(db, campaign, message) }
    }

    /// Lets a campaign's model take over: the active model and the growth of every tumour change in one
    /// transaction.
    ///
    /// - Parameters:
    ///   - campaign: an open one.
    ///   - leavingOut: whether scans that the new model could not segment are left out of growth from
    ///     then on; else they forbid it.
    ///   - rule: judges growth.
    /// - Returns: the campaign as it is then.
    /// - Throws: ``StoreError`` where the campaign is at its end, or scans are missing.
    @discardableResult
    public func promote(
        _ campaign: CampaignRecord, leavingOut: Bool = false, rule: GrowthRule
    ) throws -> CampaignRecord {
        try write { db in
            guard let open = try Self.campaign(db, campaign.id), open.isOpen else {
                throw Self.notOpen(campaign)
            }
            let missing = try Self.missing(db, open)
            let isWorking = try Self.hasOpenJobs(db, open)
            guard missing == 0 || (leavingOut && !isWorking) else {
                throw StoreError(
                    .invalid, subject: "campaign \(open.id)",
                    message: "The new model has not segmented \(Words.count(missing, "scan")).",
                    remedy: isWorking
                        ? "Let 'vsdb serve' or 'vsdb work' run until it is complete; nothing was "
                            + "changed."
                        : "See 'vsdb jobs list --state parked', or promote with --leave-out; "
                            + "nothing was changed.")
            }
            try Self.activate(db, model: open.modelId)
            try Self.refreshAllGrowth(db, rule: rule)
            try db.execute(
                sql: """
                    UPDATE campaign SET state = 'promoted', promotedAt = ?, promotedBy = ?, message = ?,
                        completedAt = coalesce(completedAt, ?)
                    WHERE id = ?
                    """,
                arguments: [
                    Instant.now(), Self.acting,
                    missing == 0 ? "" : "\(Words.count(missing, "scan")) left out.",
                    Instant.now(), open.id,
                ])
            try Self.audit(
                db, "activate model", subject: open.model, detail: "campaign \(open.id)")
            guard let done = try Self.campaign(db, open.id) else { throw Self.noCampaign() }
            return done
        }
    }

    private static func notOpen(_ campaign: CampaignRecord) -> StoreError {
        StoreError(
            .invalid, subject: "campaign \(campaign.id)",
            message: "It is \(campaign.state.rawValue) already.", remedy: "Nothing was changed.")
    }

    static func activate(_ db: Database, model: Int64) throws {
        try db.execute(sql: "UPDATE model SET isActive = 0 WHERE isActive = 1")
        try db.execute(
            sql: "UPDATE model SET isActive = 1, hasServed = 1 WHERE id = ?", arguments: [model])
    }

    static func hasServed(_ db: Database, model: Int64) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT hasServed FROM model WHERE id = ?", arguments: [model]) ?? false
    }

    /// Gives an open campaign up, or takes the newest promoted one back.
    ///
    /// After a promotion the model before is active again, growth is judged by its series, and scans it has not seen are queued, all in one
    /// transaction. What the new model measured stays stored and counts no more.
    ///
    /// - Throws: ``StoreError`` where there is nothing to take back.
    @discardableResult
    public func rollBack(_ campaign: CampaignRecord, rule: GrowthRule) throws -> CampaignRecord {
        try write { db in
            guard let current = try Self.campaign(db, campaign.id) else { throw Self.noCampaign() }
            switch current.state {
            case .running, .complete:
                try db.execute(
                    sql: """
                        UPDATE job SET state = 'cancelled', worker = NULL, leaseUntil = NULL,
                            message = 'Its campaign was given up.', finishedAt = ?
                        WHERE campaignId = ? AND state IN ('waiting', 'running', 'parked')
                        """,
                    arguments: [Instant.now(), current.id])
                try Self.endCampaign(db, current, "cancelled", "Given up before it took over.")
            case .promoted: try Self.takeBack(db, current, rule: rule)
            case .rolledBack, .cancelled: throw Self.notOpen(current)
            }
            guard let done = try Self.campaign(db, current.id) else { throw Self.noCampaign() }
            return done
        }
    }

    private static func takeBack(
        _ db: Database, _ campaign: CampaignRecord, rule: GrowthRule
    ) throws {
        guard let previous = campaign.previousModelId,
            try activeModelID(db) == campaign.modelId, try openCampaign(db) == nil
        else {
            throw StoreError(
                .invalid, subject: "campaign \(campaign.id)",
                message: "Another model has taken over since, or a campaign is open.",
                remedy: "Roll the newer campaign back first; nothing was changed.")
        }
        try activate(db, model: previous)
        try db.execute(
            sql: "UPDATE model SET hasServed = 0 WHERE id = ?", arguments: [campaign.modelId])
        let queued = try enqueueUnsegmented(db, JobRequest(cause: "rollback"))
        try refreshAllGrowth(db, rule: rule)
        try endCampaign(
            db, campaign, "rolled-back",
            queued == 0
                ? ""
                : "Queued for the model before, as they came since: \(Words.count(queued, "scan"))."
        )
    }

    private static func endCampaign(
        _ db: Database, _ campaign: CampaignRecord, _ state: String, _ message: String
    ) throws {
        try db.execute(
            sql: "UPDATE campaign SET state = ?, endedAt = ?, message = ? WHERE id = ?",
            arguments: [state, Instant.now(), message, campaign.id])
        try audit(
            db, state == "cancelled" ? "cancel campaign" : "roll back campaign",
            subject: campaign.model, detail: "campaign \(campaign.id)")
    }
}
