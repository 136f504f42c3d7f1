import ArgumentParser
import Foundation
import VSGrowth
import VSStore
import VSSurveillance

/// The command `vsdb model activate`.
struct ModelActivateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate", abstract: "Begin the change to another installed model.",
        discussion: """
            Begins a campaign: workers segment every T2 scan with the new model in the background, the \
            patients first whose tumours are flagged, new scans ahead of old ones. Growth keeps to the \
            old model's series until all scans are done and the new model is promoted: by itself where \
            bias, lost measurements and changes of class are within the limits, else by 'vsdb campaign \
            promote'. Where there is nothing to segment it takes over at once.

              vsdb model activate my-model --window 22:00-06:00 --rate 60
              vsdb model activate my-model --at 2026-01-10T20:00 --by-hand
            """)

    @Argument(help: ArgumentHelp("The model's name.", valueName: "model"))
    var model: String
    @Option(
        help: ArgumentHelp(
            "Begin at this time, YYYY-MM-DDTHH:MM or HH:MM; default: at once.", valueName: "time"))
    var at: ClockMoment?
    @Option(
        help: ArgumentHelp("Work only in these hours, HH:MM-HH:MM.", valueName: "hours"))
    var window: ClockWindow?
    @Flag(help: "Begin at once and work at any hour, which is the default.")
    var now = false
    @Option(help: ArgumentHelp("Scans an hour at most.", valueName: "n"))
    var rate: Int?
    @Flag(help: "Wait for 'vsdb campaign promote', also within the limits.")
    var byHand = false
    @Option(help: ArgumentHelp("Bias allowed to be promoted by itself, percent.", valueName: "%"))
    var maxBias = PromotionLimits().maximalBiasPercent
    @Option(help: ArgumentHelp("Tumours allowed to change class, percent.", valueName: "%"))
    var maxClassChange = PromotionLimits().maximalClassChangePercent
    @Option(help: ArgumentHelp("Measurements allowed to be lost, percent.", valueName: "%"))
    var maxLost = PromotionLimits().maximalLostPercent
    @OptionGroup var database: DatabaseOptions

    func validate() throws {
        guard !now || (at == nil && window == nil) else {
            throw ValidationError("--now goes without --at and --window.")
        }
        guard rate.map({ $0 >= 1 }) ?? true else {
            throw ValidationError("--rate is at least one scan an hour.")
        }
        for limit in [maxBias, maxClassChange, maxLost] {
            guard limit >= 0, limit.isFinite else {
                throw ValidationError("A limit is a percentage that is not negative.")
            }
        }
    }

    func run() throws {
        let surveillance = try database.surveillance()
        let record = try surveillance.store.model(named: model)
        let campaign = try surveillance.startCampaign(
            record,
            CampaignPlan(
                startsAt: at?.date, window: window.map { ($0.from, $0.to) }, scansPerHour: rate,
                isAutomatic: !byHand,
                limits: PromotionLimits(
                    maximalBiasPercent: maxBias, maximalClassChangePercent: maxClassChange,
                    maximalLostPercent: maxLost)))
        guard campaign.isOpen else { return print("\(record.title) is active") }
        let progress = try surveillance.store.progress(of: campaign)
        print(
            "campaign \(campaign.id) has begun: \(Words.count(progress.open, "scan")) to be segmented by "
                + "\(record.title)")
        print("'vsdb serve' or 'vsdb work' runs it; 'vsdb campaign show' says how far it is")
    }
}
