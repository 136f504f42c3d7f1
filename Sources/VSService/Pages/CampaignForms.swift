import VSReport
import VSStore

/// The forms by which an administrator ends a campaign.
struct CampaignForms {
    private let campaign: CampaignRecord
    private let isMissing: Bool
    private let session: Session

    /// `isMissing`: whether scans are not segmented by the new model.
    init(_ campaign: CampaignRecord, isMissing: Bool, _ session: Session) {
        self.campaign = campaign
        self.isMissing = isMissing
        self.session = session
    }

    /// The forms that may be sent now; nothing for a campaign that was given up.
    var html: String {
        switch campaign.state {
        case .running, .complete:
            "<h2>Decide</h2>" + promotion + end("Give the campaign up", givingUp)
        case .promoted: "<h2>Decide</h2>" + end("Take the promotion back", takingBack)
        case .rolledBack, .cancelled: ""
        }
    }

    private let givingUp =
        "Its jobs are cancelled, and the model before stays active."
    private let takingBack =
        "The model before is active again and growth is judged by its series; what the new model "
        + "measured stays stored and counts no more."

    private var promotion: String {
        let leaving =
            isMissing
            ? """
            <p><label><input type="checkbox" name="leaveOut" value="1"> Leave scans out of growth \
            that the new model could not segment</label></p>
            """ : ""
        return """
            <form class="card" method="post" action="/campaigns/\(campaign.id)/promote">
            \(PageShell.token(session.formToken))
            <p>\(escaped(campaign.model)) takes over: all growth is judged by its series from then \
            on.</p>
            \(leaving)
            <p><label><input type="checkbox" name="sure" value="1" required> I have read the drift \
            report</label></p>
            <button>Promote</button>
            </form>
            """
    }

    private func end(_ title: String, _ text: String) -> String {
        """
        <form class="card" method="post" action="/campaigns/\(campaign.id)/rollback">
        \(PageShell.token(session.formToken))
        <p>\(escaped(text))</p>
        <p><label><input type="checkbox" name="sure" value="1" required> I am sure</label></p>
        <button>\(escaped(title))</button>
        </form>
        """
    }
}
