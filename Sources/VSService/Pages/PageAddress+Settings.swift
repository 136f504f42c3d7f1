import VSReport
import VSStore
import VSSurveillance

extension PageAddress {
    /// What is configured, and who did what.
    static let settings: [PageAddress] = [
        PageAddress(path: "/settings", action: "read settings") { visit in
            let store = visit.store
            let tables = GrowthRuleTables(visit.question.surveillance.rule)
            var body = [
                "<p class=\"note\">What stands here is changed by whoever runs the service, with the command "
                    + "line.</p>",
                "<h2>Model</h2>", try model(store),
                "<h2>Growth</h2>",
                scrolling(
                    tables.thresholds,
                    caption: "What decides a class"),
                "<h2>Next exams</h2>",
                scrolling(tables.schedule, caption: "When a next exam is suggested"),
                "<h2>Error of measurement</h2>",
                scrolling(tables.error, caption: "What stands for differences between exams"),
                "<h2>Work by the clock</h2>", try schedules(store),
            ]
            if visit.session.role.mayAdminister {
                body += [
                    "<h2>Users</h2>",
                    scrolling(
                        TextTable(users: try store.users()),
                        caption: "Users of the service"),
                ]
            }
            body.append("<p class=\"note\">vsdb \(escaped(SoftwareVersion.current))</p>")
            return .page(title: "Settings", body: body.joined(separator: "\n"))
        },
        PageAddress(path: "/audit", action: "read audit", isFor: { $0.mayAdminister }) { visit in
            let query = visit.question.query
            let patient = query["patient"].flatMap { $0.isEmpty ? nil : $0 }
            let before: Int64? =
                query["before"] == nil
                ? nil : Int64(try visit.question.whole("before", in: 1...Int.max, default: 1))
            let limit = Question.pageSize
            let lines = try visit.store.auditLines(
                ofPatient: patient, before: before, limit: limit)
            let next = lines.count < limit ? nil : lines.last?.id
            let filter = patient.map { "patient=\(PageShell.part($0))&amp;" } ?? ""
            let more = next.map {
                "<p><a rel=\"next\" href=\"/audit?\(filter)before=\($0)\">Earlier lines</a></p>"
            }
            return .page(
                title: "Audit",
                body: """
                    <form class="controls" method="get" action="/audit">
                    <p><label for="patient">Patient</label>
                    <input type="text" id="patient" name="patient" maxlength="64" \
                    value="\(escaped(patient ?? ""))"></p>
                    <button>Show</button>
                    </form>
                    """
                        + (lines.isEmpty
                            ? "<p class=\"note\">No line.</p>"
                            : scrolling(
                                TextTable(audit: lines),
                                caption: patient.map { "About \($0), the newest first" }
                                    ?? "The newest first")) + (more ?? ""))
        },
    ]

    private static func model(_ store: Store) throws -> String {
        guard let model = try store.activeModel() else {
            return "<p class=\"note\">None is active. Whoever runs the service installs one.</p>"
        }
        let known = try ModelFacts(model)
        let boundary =
            known.boundarySDMm.map { "its boundary's error is \(NumberText.fixed($0, 3)) mm" }
            ?? "its boundary's error was not measured"
        return "<p>\(escaped(model.title)) is active; \(boundary). "
            + "\(escaped(known.intendedUse))</p>"
    }

    private static func schedules(_ store: Store) throws -> String {
        let schedules = try store.schedules()
        guard !schedules.isEmpty else {
            return "<p class=\"note\">None is planned.</p>"
        }
        var table = TextTable([
            .init("what", key: "kind"), .init("when", key: "pattern"),
            .init("last run", key: "lastRunAt"),
            .init("what came of it", key: "lastResult", .prose),
        ])
        for one in schedules {
            table.add([
                .text(one.kind.rawValue), .text(one.pattern),
                one.lastRunAt.map { .text($0) } ?? .none, .text(PageWords.plain(one.lastResult)),
            ])
        }
        return scrolling(
            table, caption: "When: minute, hour, day of month, month and day of week, in local time"
        )
    }
}
