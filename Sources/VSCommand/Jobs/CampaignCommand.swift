import ArgumentParser
import VSReport
import VSStore
import VSSurveillance

/// The command `vsdb campaign`.
struct CampaignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "campaign",
        abstract: "Follow, judge, promote or roll back the change to a new model.",
        discussion: """
            'vsdb model activate NAME' begins a campaign: every T2 scan is segmented by the new model in \
            the background while growth keeps to the old one's series. Promotion switches all growth \
            states at once.
            """,
        subcommands: [
            CampaignShowCommand.self, CampaignReportCommand.self, CampaignPromoteCommand.self,
            CampaignRollbackCommand.self,
        ])
}

/// Which campaign.
struct CampaignOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The campaign's number; the newest if left out.", valueName: "n"))
    var campaign: Int64?

    func record(_ store: Store) throws -> CampaignRecord {
        guard let found = try store.campaign(campaign) else {
            throw StoreError(
                .unknown, subject: campaign.map { "campaign \($0)" } ?? "campaign",
                message: "There is no such campaign.",
                remedy: "'vsdb model activate NAME' begins one.")
        }
        return found
    }
}

/// The command `vsdb campaign show`.
struct CampaignShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show how far a campaign is, and when it may end.",
        discussion: "  vsdb campaign show")

    @OptionGroup var which: CampaignOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let surveillance = try database.surveillance()
        let campaign = try which.record(surveillance.store)
        try FieldList(campaign, in: surveillance).show(output)
    }
}

extension FieldList {
    /// Prints the facts alone in the format asked for.
    func show(_ output: OutputOptions) throws {
        guard output.format != .json else { return try output.printJSON(object) }
        var table = TextTable([.init("field", key: "field"), .init("value", key: "value")])
        add(to: &table)
        try output.show(table, empty: "")
    }
}

/// The command `vsdb campaign promote`.
struct CampaignPromoteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote", abstract: "Let the new model take over, in one transaction.",
        discussion: """
            All growth is judged by the new model's series from then on. Refused while scans are \
            missing; --leave-out promotes without those that it could not segment.

              vsdb campaign report
              vsdb campaign promote
            """)

    @OptionGroup var which: CampaignOptions
    @Flag(help: "Leave scans out of growth that the new model could not segment.")
    var leaveOut = false
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let surveillance = try database.surveillance()
        let done = try surveillance.promote(
            which.record(surveillance.store), leavingOut: leaveOut)
        print("\(done.model) is active" + (done.message.isEmpty ? "" : ". \(done.message)"))
    }
}

/// The command `vsdb campaign rollback`.
struct CampaignRollbackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Give a campaign up, or take a promotion back.",
        discussion: """
            Before promotion its jobs are cancelled. After it the model before is active again and \
            growth is judged by its series, in one transaction; scans that came since are queued for \
            it. What the new model measured stays stored and counts no more.

              vsdb campaign rollback
            """)

    @OptionGroup var which: CampaignOptions
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let surveillance = try database.surveillance()
        let done = try surveillance.rollBack(which.record(surveillance.store))
        let state = done.state == .rolledBack ? "rolled back" : done.state.rawValue
        print("campaign \(done.id) is \(state)" + (done.message.isEmpty ? "" : ". \(done.message)"))
        if let active = try surveillance.store.activeModel() { print("\(active.title) is active") }
    }
}
