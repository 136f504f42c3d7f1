public import VSStore
public import VSSurveillance

extension FieldList {
    /// How far a campaign is, as `vsdb campaign show` prints it and the HTTP service answers.
    ///
    /// - Throws: `StoreError` where the store cannot be read.
    public init(_ campaign: CampaignRecord, in surveillance: Surveillance) throws {
        let progress = try surveillance.store.progress(of: campaign)
        let left = try surveillance.remainingSeconds(of: campaign)
        self.init()
        add("campaign", key: "campaign", .integer(Int(campaign.id)))
        add("state", key: "state", .text(campaign.state.rawValue))
        add("new model", key: "model", .text(campaign.model))
        add("model before", key: "previousModel", campaign.previousModel.map { .text($0) } ?? .none)
        add("T2 scans", key: "scans", .integer(progress.scans))
        add("segmented by the new model", key: "segmented", .integer(progress.segmented))
        add("waiting or running", key: "open", .integer(progress.open))
        add("parked or cancelled", key: "failed", .integer(progress.failed))
        add(
            "time left", key: "remainingSeconds",
            left.map { .number($0, NumberText.duration($0)) } ?? .none)
        add("starts", key: "startsAt", .text(campaign.startsAt))
        add("window, local time", key: "window", campaign.window.map { .text($0) } ?? .none)
        add(
            "scans an hour at most", key: "scansPerHour",
            campaign.scansPerHour.map { .integer($0) } ?? .none)
        add("may promote itself", key: "isAutomatic", .flag(campaign.isAutomatic))
        if let promotedAt = campaign.promotedAt {
            add("promoted", key: "promotedAt", .text(promotedAt))
            add("promoted by", key: "promotedBy", campaign.promotedBy.map { .text($0) } ?? .none)
        } else {
            addMissing(["promotedAt", "promotedBy"])
        }
        add("note", key: "message", .text(campaign.message))
    }
}

extension TextTable {
    /// Campaigns, without their progress.
    public init(campaigns: [CampaignRecord]) {
        self.init([
            .init("campaign", key: "campaign", .right), .init("state", key: "state"),
            .init("new model", key: "model"), .init("model before", key: "previousModel"),
            .init("planned", key: "createdAt"), .init("complete", key: "completedAt"),
            .init("promoted", key: "promotedAt"), .init("ended", key: "endedAt"),
            .init("note", key: "message", .prose),
        ])
        for campaign in campaigns {
            func text(_ text: String?) -> TextTable.Value { text.map { .text($0) } ?? .none }
            add([
                .integer(Int(campaign.id)), .text(campaign.state.rawValue), .text(campaign.model),
                text(campaign.previousModel), .text(campaign.createdAt),
                text(campaign.completedAt), text(campaign.promotedAt), text(campaign.endedAt),
                .text(campaign.message),
            ])
        }
    }
}

extension CampaignRecord {
    /// The window as the command line takes it, such as 22:00-06:00; nil for all day.
    var window: String? {
        guard let from = windowFrom, let to = windowTo else { return nil }
        return "\(NumberText.clock(minutes: from))-\(NumberText.clock(minutes: to))"
    }
}
