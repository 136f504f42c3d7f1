import Foundation
import VSGrowth
import VSReport
import VSSegmentation
import VSStore
import VSSurveillance

extension PageAddress {
    /// Patients, one patient, and the curve of a tumour.
    static let patients: [PageAddress] = [
        PageAddress(path: "/patients", action: "list patients") { visit in
            let limit = Question.pageSize
            let after = visit.question.query["after"]
            let sought = (visit.question.query["patient"] ?? "")
                .trimmingCharacters(in: .whitespaces)
            let page =
                try sought.isEmpty
                ? visit.store.patientSummaries(after: after, limit: limit)
                : visit.store.patientSummaries(beginning: sought, after: after, limit: limit)
            let next = page.count < limit ? nil : page.last?.identifier
            let filter = sought.isEmpty ? "" : "patient=\(PageShell.part(sought))&amp;"
            let more = next.map {
                "<p><a rel=\"next\" href=\"/patients?\(filter)after=\(PageShell.part($0))\">"
                    + "More patients</a></p>"
            }
            let list =
                page.isEmpty
                ? "<p class=\"note\">"
                    + (sought.isEmpty ? "None." : "No identifier begins with \(escaped(sought)).")
                    + "</p>"
                : scrolling(
                    TextTable(patients: page),
                    caption: sought.isEmpty
                        ? "By identifier" : "Identifiers that begin with \(sought)",
                    cell: { row, key, _ in
                        key == "class" ? page[row].growthClass.map(classWords) : nil
                    })
            let add =
                visit.session.role.mayReview
                ? "<p><a href=\"/upload\">Add a scan of a new patient</a></p>" : ""
            return .page(title: "Patients", body: search(sought) + add + list + (more ?? ""))
        },
        PageAddress(path: "/patients/{patient}", action: "read growth") { visit in
            let patient = visit.question.text("patient")
            _ = try visit.store.patient(patient)
            let growth = try visit.question.surveillance.growth(of: patient)
            let document = GrowthDocument(growth)
            let seen = try visit.store.acknowledgements(ofPatient: patient)
            let tumours = growth.tumours.map { tumour in
                section(
                    tumour, patient: patient, table: document.table(of: tumour),
                    isSeen: seen.contains {
                        $0.side == tumour.side.rawValue && $0.endedAt == nil
                    }, visit.session)
            }
            let scans = try visit.store.scanSummaries(patient: patient)
            let body = [
                tumours.isEmpty
                    ? "<p>No tumour was measured yet.</p>" : tumours.joined(separator: "\n"),
                "<h2>Exams</h2>",
                visit.session.role.mayReview
                    ? "<p><a href=\"/upload?patient=\(PageShell.part(patient))\">Add a scan</a></p>"
                    : "",
                scans.isEmpty
                    ? "<p class=\"note\">None.</p>"
                    : scrolling(TextTable(scans: scans), caption: "The scan's number opens it"),
                seen.isEmpty
                    ? ""
                    : "<h2>Acknowledgements</h2>"
                        + scrolling(TextTable(acknowledgements: seen), caption: "Newest first"),
                "<p class=\"note\">\(escaped(growth.intendedUse))</p>",
            ]
            return .page(title: patient, body: body.joined(separator: "\n"))
        },
        PageAddress(path: "/patients/{patient}/chart", action: "read growth chart") { visit in
            let (patient, side) = (visit.question.text("patient"), visit.question.query["side"])
            _ = try visit.store.patient(patient)
            let growth = try visit.question.surveillance.growth(of: patient)
            guard let tumour = growth.tumours.first(where: { $0.side.rawValue == side }) else {
                throw Problem(404, "unknown", "\(patient) has no measured tumour of this side.")
            }
            let chart = GrowthChart(
                title: "\(patient), \(tumour.side.rawValue)", curve: tumour.curve,
                assessment: tumour.assessment, rule: growth.rule, source: growth.intendedUse)
            return try svg(visit, chart.write(to:in:))
        },
    ]

    /// The form that finds patients by the beginning of their identifier.
    static func search(_ sought: String) -> String {
        """
        <form class="controls" method="get" action="/patients" role="search">
        <p><label for="patient">Identifier begins with</label>
        <input type="text" id="patient" name="patient" maxlength="64" value="\(escaped(sought))"></p>
        <button>Find patients</button>\
        \(sought.isEmpty ? "" : " <a href=\"/patients\">All patients</a>")
        </form>
        """
    }

    private static func section(
        _ tumour: PatientGrowth.Tumour, patient: String, table: TextTable, isSeen: Bool,
        _ session: Session
    ) -> String {
        let side = tumour.side.rawValue
        let assessment = tumour.assessment
        let isFlagged = assessment?.isFlagged ?? false
        let treatments = tumour.curve.treatments.map {
            "<li>\($0.date.iso): \(escaped($0.kind.rawValue))</li>"
        }
        let next = assessment?.nextExam.map { "<p>Suggested next exam: \($0.iso).</p>" }
        return """
            <section aria-labelledby="\(side)">
            <h2 id="\(side)">\(side.capitalized): \
            <span\(isFlagged ? " class=\"flag\"" : "")>\(isFlagged ? "⚑ " : "")\
            \(escaped(assessment?.growthClass.title ?? "not judged"))</span></h2>
            <p>\(escaped(assessment?.sentence ?? ""))</p>
            \(next ?? "")
            \(chart(
                at: "/patients/\(PageShell.part(patient))/chart?side=\(side)", size: (720, 460),
                "Volume over time. " + (assessment?.sentence ?? "")))
            \(scrolling(table, caption: "Volumes, with the error of 95 % and the change in percent"))
            \(treatments.isEmpty ? "" : "<h3>Treatments</h3><ul>\(treatments.joined())</ul>")
            \(isFlagged && isSeen ? "<p class=\"note\">The flag is acknowledged.</p>" : "")
            \(isFlagged && !isSeen && session.role.mayReview
                ? acknowledgement(patient, side, session) : "")
            </section>
            """
    }

    private static func acknowledgement(
        _ patient: String, _ side: String, _ session: Session
    ) -> String {
        """
        <form class="card" method="post" action="/patients/\(PageShell.part(patient))/acknowledge">
        \(PageShell.token(session.formToken))
        <input type="hidden" name="side" value="\(side)">
        <p><label for="note-\(side)">Note (optional)</label>
        <input type="text" id="note-\(side)" name="note" maxlength="500"></p>
        <button>Acknowledge the flag, \(side)</button>
        </form>
        """
    }
}
