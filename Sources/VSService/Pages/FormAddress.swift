import VSStore
import VSSurveillance

/// One address that takes a form: what changes something.
struct FormAddress: Sendable {
    /// With names in braces.
    let path: String
    /// What the audit says was done.
    let action: String
    /// Who may send it.
    var isFor: @Sendable (Role) -> Bool = { $0.mayReview }
    /// Does it, by one use case, and says which page shows the outcome.
    let act: @Sendable (Visit, SentForm) throws -> String
}

extension FormAddress {
    static let all = readings + campaigns + jobs

    /// What a clinician may do from the queue's page.
    private static let jobs: [FormAddress] = [
        FormAddress(path: "/jobs/{job}/cancel", action: "send cancel") { visit, _ in
            try visit.store.cancelJob(visit.question.number("job"))
            return "/jobs"
        },
        FormAddress(path: "/jobs/{job}/retry", action: "send retry") { visit, _ in
            try visit.store.retryJob(visit.question.number("job"))
            return "/jobs"
        },
    ]

    /// What an administrator may do from a campaign's page.
    private static let campaigns: [FormAddress] = [
        FormAddress(
            path: "/campaigns/{campaign}/promote", action: "send promotion",
            isFor: { $0.mayAdminister }
        ) { visit, form in
            let campaign = try sureCampaign(visit, form)
            try visit.question.surveillance.promote(
                campaign, leavingOut: form["leaveOut"] == "1")
            return "/campaigns/\(campaign.id)"
        },
        FormAddress(
            path: "/campaigns/{campaign}/rollback", action: "send rollback",
            isFor: { $0.mayAdminister }
        ) { visit, form in
            let campaign = try sureCampaign(visit, form)
            try visit.question.surveillance.rollBack(campaign)
            return "/campaigns/\(campaign.id)"
        },
    ]

    private static func sureCampaign(_ visit: Visit, _ form: SentForm) throws -> CampaignRecord {
        guard form["sure"] == "1" else {
            throw Problem(400, "invalid", "Tick the box that says you are sure.")
        }
        return try visit.question.campaign()
    }

    /// What a clinician may do from a patient's page and a scan's.
    private static let readings: [FormAddress] = [
        FormAddress(path: "/patients/{patient}/acknowledge", action: "send acknowledgement") {
            visit, form in
            let patient = visit.question.text("patient")
            let side = form["side"]
            try visit.store.acknowledge(
                patient: patient, side: side.isEmpty ? nil : side, reader: visit.session.user,
                note: String(form["note"].prefix(500)))
            return "/patients/\(PageShell.part(patient))"
        },
        FormAddress(path: "/scans/{scan}/review", action: "send review") { visit, form in
            let scan = try visit.question.number("scan")
            let decision: ReviewDecision
            switch form["decision"] {
            case "accept": decision = .accept
            case "reject": decision = .reject(reason: form["reason"])
            default: throw Problem(400, "invalid", "Choose to accept or to reject.")
            }
            guard let judged = Int64(form["segmentation"]) else {
                throw Problem(400, "invalid", "The form does not say what was looked at.")
            }
            try visit.question.surveillance.review(
                scan: scan, decision, reader: visit.session.user, segmentation: judged)
            return "/scans/\(scan)"
        },
        FormAddress(path: "/scans/{scan}/withdraw", action: "send withdrawal") { visit, form in
            let scan = try visit.question.number("scan")
            guard let outline = Int64(form["outline"]) else {
                throw Problem(400, "invalid", "The form does not say which outline.")
            }
            try visit.question.surveillance.review(
                scan: scan, .withdraw(reason: form["reason"], outline: outline, side: nil),
                reader: visit.session.user)
            return "/scans/\(scan)"
        },
    ]
}
