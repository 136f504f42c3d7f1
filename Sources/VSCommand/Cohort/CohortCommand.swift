import ArgumentParser
import VSGrowth
import VSReport
import VSSurveillance

/// The command `vsdb cohort`.
struct CohortCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cohort", abstract: "Sum up all tumours: growth-free survival, rates, years.",
        discussion: """
            Untreated tumours with two comparable exams or more are watched from the first exam to \
            the one that is classed as growing against it, or to the last exam or treatment \
            (Kaplan-Meier, 95 % log-log intervals). The risk of each year, given no growth before, \
            stands beside that of a published series, which counted from diagnosis and by its own \
            rule. Rates are ln V per year. The years count exams, segmentations and reviews.

              vsdb cohort
              vsdb cohort --chart survival.svg
              vsdb cohort --format csv > survival.csv
            """)

    @Option(
        help: ArgumentHelp("Also draw the survival, SVG or PNG by ending.", valueName: "file"),
        completion: .file())
    var chart: String?
    @OptionGroup var output: OutputOptions
    @OptionGroup var database: DatabaseOptions

    func validate() throws { try PictureName.check(chart) }

    func run() throws {
        let cohort = try database.surveillance().cohort()
        try CohortReport(cohort).show(output)
        guard let chart else { return }
        try SurvivalChart(
            title: "Growth-free survival", survival: cohort.survival,
            publishedRiskPercent: Cohort.publishedRiskPercent,
            source: "Growth counts at the exam that showed it"
        ).write(to: chart)
        note("chart: \(chart)")
    }
}
