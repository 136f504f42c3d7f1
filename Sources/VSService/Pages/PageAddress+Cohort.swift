import VSGrowth
import VSReport
import VSSurveillance

extension PageAddress {
    /// All tumours together.
    static let cohort: [PageAddress] = [
        PageAddress(path: "/cohort", action: "read cohort") { visit in
            let cohort = try visit.question.surveillance.cohort()
            let tables = CohortTables(cohort)
            var body = ["<p>\(escaped(CohortTables.summary(cohort))).</p>"]
            if let median = cohort.survival.medianYears {
                body.append("<p>Half had grown after \(NumberText.fixed(median, 1)) years.</p>")
            }
            body.append("<h2>Growth-free survival</h2>")
            if cohort.survival.count > 0 {
                body.append(
                    chart(
                        at: "/cohort/survival", size: (720, 480),
                        "Share of tumours free of growth over the years since the first exam, with its "
                            + "95 % interval; the table has the risk of each year."))
            }
            body.append(
                scrolling(
                    tables.risks,
                    caption: "Risk to grow in each year since the first exam, given no growth "
                        + "before, beside that of a published series, which counted by its own rule"
                ))
            body.append("<h2>Growth rates</h2>")
            if !tables.rates.rows.isEmpty {
                body.append(
                    chart(
                        at: "/cohort/rates", size: (720, 380),
                        "Histogram of the specific growth rates; the table has their quantiles."))
                body.append(
                    scrolling(tables.rates, caption: "Quantiles of the specific growth rate"))
            } else {
                body.append("<p class=\"note\">No growth rate yet.</p>")
            }
            body.append(
                "<h2>Years</h2>"
                    + (tables.years.rows.isEmpty
                        ? "<p class=\"note\">No exam yet.</p>"
                        : scrolling(tables.years, caption: "What was done in each calendar year")))
            return .page(title: "Cohort", body: body.joined(separator: "\n"))
        },
        PageAddress(path: "/cohort/survival", action: "read survival chart") { visit in
            let cohort = try visit.question.surveillance.cohort()
            guard cohort.survival.count > 0 else { throw noTumour }
            let chart = SurvivalChart(
                title: "Growth-free survival", survival: cohort.survival,
                publishedRiskPercent: Cohort.publishedRiskPercent,
                source: "Growth counts at the exam that showed it")
            return try svg(visit, chart.write(to:in:))
        },
        PageAddress(path: "/cohort/rates", action: "read growth rate chart") { visit in
            let rates = try visit.question.surveillance.cohort().tumours
                .compactMap(\.growthRatePerYear)
            guard !rates.isEmpty else { throw noTumour }
            let chart = GrowthRateChart(
                title: "Growth rates", ratesPerYear: rates,
                source: "Slope of ln V over the exams before any treatment")
            return try svg(visit, chart.write(to:in:))
        },
    ]

    private static let noTumour = Problem(
        404, "unknown", "No tumour was watched over two comparable exams.")
}
