public import Foundation
import VSGrowth
public import VSStore

extension Surveillance {
    /// Begins a campaign for an installed model.
    ///
    /// Where there is nothing to segment it is complete, and
    /// may be promoted, at once.
    ///
    /// - Returns: the campaign as it is then.
    /// - Throws: `StoreError` for a model that is active already, or where a campaign is open.
    @discardableResult
    public func startCampaign(
        _ model: ModelRecord, _ plan: CampaignPlan = CampaignPlan()
    ) throws -> CampaignRecord {
        let campaign = try store.startCampaign(model, plan)
        try advanceCampaign()
        return try store.campaign(campaign.id) ?? campaign
    }

    /// Brings the open campaign to where it may be: complete when every scan is segmented, promoted when
    /// complete, automatic and within its limits, else held with the reasons.
    ///
    /// Each worker calls it between jobs, so that a kill at any moment delays it and no more.
    public func advanceCampaign() throws {
        guard let campaign = try store.completeCampaign(), campaign.state == .complete,
            campaign.message.isEmpty, Date().formatted(.iso8601) >= campaign.startsAt
        else { return }
        let objections =
            campaign.isAutomatic
            ? try driftReport(of: campaign).objections(by: limits(of: campaign))
            : ["It is to be promoted by hand."]
        do {
            if objections.isEmpty {
                try store.promote(campaign, rule: rule)
            } else {
                try store.holdCampaign(
                    campaign,
                    objections.joined(separator: " ")
                        + " See 'vsdb campaign report'; 'vsdb campaign promote' lets it take over.")
            }
        } catch let error as StoreError where error.code == .conflict {
            // Another worker was faster, or a scan came in meanwhile; the next look will tell.
        }
    }

    /// Lets a campaign's model take over, as `Store.promote`, after looking whether it has just become
    /// complete.
    ///
    /// - Parameters:
    ///   - campaign: an open one.
    ///   - leavingOut: whether scans that the new model could not segment are left out of growth.
    /// - Returns: the campaign as it is then.
    /// - Throws: `StoreError` where the campaign is at its end, or scans are missing.
    @discardableResult
    public func promote(
        _ campaign: CampaignRecord, leavingOut: Bool = false
    ) throws -> CampaignRecord {
        try store.completeCampaign()
        return try store.promote(campaign, leavingOut: leavingOut, rule: rule)
    }

    /// Gives an open campaign up, or takes the newest promoted one back, as `Store.rollBack`.
    ///
    /// - Returns: the campaign as it is then.
    /// - Throws: `StoreError` where there is nothing to take back.
    @discardableResult
    public func rollBack(_ campaign: CampaignRecord) throws -> CampaignRecord {
        try store.rollBack(campaign, rule: rule)
    }

    /// The limits within which a campaign is promoted by itself.
    public func limits(of campaign: CampaignRecord) throws -> PromotionLimits {
        try JSONDecoder().decode(PromotionLimits.self, from: Data(campaign.limits.utf8))
    }

    /// How the campaign's model differs from the one before, on all that both have segmented.
    ///
    /// - Throws: `StoreError` where the store cannot be read.
    public func driftReport(of campaign: CampaignRecord) throws -> DriftReport {
        var tumours = 0
        var changes: [DriftReport.ClassChange] = []
        try store.forEachDrift(of: campaign) { drift in
            let old = drift.old.assessment(by: rule)
            let new = drift.new.assessment(by: rule)
            guard old != nil || new != nil else { return }
            tumours += 1
            guard old?.growthClass != new?.growthClass else { return }
            changes.append(
                DriftReport.ClassChange(
                    identifier: drift.identifier, side: drift.side, oldClass: old?.growthClass,
                    newClass: new?.growthClass, oldSentence: old?.sentence ?? "Not measured.",
                    newSentence: new?.sentence ?? "Not measured."))
        }
        let progress = try store.progress(of: campaign)
        return DriftReport(
            try store.driftPairs(of: campaign), tumours: tumours, changes: changes,
            missing: progress.scans - progress.segmented)
    }

    /// Seconds until a campaign's remaining scans are segmented: at the pace of the last hour in which it worked, or
    /// of the store's last runs, at its stated rate, and within its hours.
    ///
    /// - Parameters:
    ///   - campaign: the campaign.
    ///   - now: the present moment.
    /// - Returns: seconds; nil where it does not run, or nothing tells.
    /// - Throws: `StoreError` where the store cannot be read.
    public func remainingSeconds(of campaign: CampaignRecord, now: Date = Date()) throws -> Double?
    {
        let progress = try store.progress(of: campaign, now: now)
        guard campaign.state == .running, progress.open > 0 else { return nil }
        let hours = CampaignHours(
            startsAt: campaign.startsAt, from: campaign.windowFrom, to: campaign.windowTo)
        let second = LocalTime.secondOfDay(now)
        let elapsed = min(3600, hours.secondsOpen(at: now, secondOfDay: second))
        var each = progress.medianSeconds
        if progress.finishedLastHour > 0, elapsed > 0 {
            each = elapsed / Double(progress.finishedLastHour)
        }
        if let rate = campaign.scansPerHour { each = max(each ?? 0, 3600 / Double(rate)) }
        return each.map {
            hours.seconds(toDo: $0 * Double(progress.open), from: now, secondOfDay: second)
        }
    }
}
