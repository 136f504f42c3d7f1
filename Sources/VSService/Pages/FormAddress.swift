import VSStore
import VSSurveillance

/// One address that takes a form: what changes something.
struct FormAddress: Sendable {
    /// With names in braces.
    let path: String
    /// What the audit says was done.
    let action: String
    /// Does it, by one use case, and says which page shows the outcome.
    let act: @Sendable (Visit, SentForm) throws -> String
}

extension FormAddress {
    /// What a clinician may do from a patient's page and a scan's.
    static let all: [FormAddress] = [
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
    ]
}
