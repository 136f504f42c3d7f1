public import VSGrowth

/// The thresholds and the schedule that a clinic's rule holds, for people.
public struct GrowthRuleTables: Sendable {
    /// What decides a class.
    public let thresholds: TextTable
    /// When a next exam is suggested.
    public let schedule: TextTable
    /// The error of measurement.
    public let error: TextTable

    /// The tables of a rule.
    public init(_ rule: GrowthRule) {
        thresholds = Self.thresholds(rule)
        schedule = Self.schedule(rule.schedule)
        error = Self.error(rule.error)
    }

    private static func thresholds(_ rule: GrowthRule) -> TextTable {
        table(
            "threshold",
            [
                ("growth from this above the reference, %", NumberText.percent(rule.growthPercent)),
                (
                    "shrinkage from this below the reference, %",
                    NumberText.percent(rule.shrinkagePercent)
                ),
                ("a change is beyond error from this probability on", fixed(rule.certainty, 3)),
                (
                    "growth by all exams together, from this probability on",
                    fixed(rule.growthProbability, 2)
                ),
                (
                    "a large but unsure change is flagged from this probability on",
                    fixed(rule.flagProbability, 2)
                ),
                ("no rates between exams closer than, days", "\(rule.shortestRateDays)"),
                (
                    "rapid: the equivalent diameter grows by, mm per year",
                    fixed(rule.rapidDiameterMmPerYear, 1)
                ),
                ("rapid: the volume doubles within, years", fixed(rule.rapidDoublingYears, 1)),
                ("early swelling after radiosurgery, up to months", "\(rule.earlySwellingMonths)"),
                (
                    "no progression by consecutive rises before, months",
                    "\(rule.shortestProgressionMonths)"
                ),
                ("progression after radiosurgery only after, months", "\(rule.progressionMonths)"),
                ("an outlier in time from, standard errors", fixed(rule.outlierSD, 1)),
                ("linear growth, shown and deciding nothing, mm", fixed(rule.linearGrowthMm, 1)),
            ])
    }

    private static func schedule(_ schedule: ExamSchedule) -> TextTable {
        let untreated = schedule.untreated.map { step in
            (
                "untreated, up to \(fixed(step.untilYears, 1)) years after the first exam",
                "\(step.everyMonths) months"
            )
        }
        let treated = schedule.afterTreatmentMonths.map(String.init).joined(separator: ", ")
        return table(
            "case",
            untreated + [
                ("untreated, later", "none is suggested"),
                (
                    "flagged, or growth this probable: \(fixed(schedule.probabilityOfGrowth, 2))",
                    "\(schedule.flaggedMonths) months"
                ),
                ("after a treatment", "\(treated) months after it"),
                ("after a treatment, from then on", "every \(schedule.laterMonths) months"),
                ("an exam may be early by", "\(schedule.earlyMonths) months"),
            ], value: "next exam")
    }

    private static func error(_ error: MeasurementErrorModel) -> TextTable {
        table(
            "source of error",
            [
                (
                    "the boundary of a model that was never measured, mm",
                    fixed(error.boundarySDMm, 2)
                ),
                ("another sequence, SD of ln V", fixed(error.sequenceSD, 2)),
                ("another slice distance, SD of ln V", fixed(error.spacingSD, 2)),
                ("another field strength, SD of ln V", fixed(error.fieldStrengthSD, 2)),
                ("another scanner, SD of ln V", fixed(error.scannerSD, 2)),
                ("contrast medium in one alone, SD of ln V", fixed(error.contrastSD, 2)),
                ("another model or a person, SD of ln V", fixed(error.sourceSD, 2)),
            ])
    }

    private static func fixed(_ value: Double, _ decimals: Int) -> String {
        NumberText.fixed(value, decimals)
    }

    private static func table(
        _ title: String, _ rows: [(String, String)], value: String = "value"
    ) -> TextTable {
        var table = TextTable([.init(title, key: "name"), .init(value, key: "value")])
        for row in rows { table.add([.text(row.0), .text(row.1)]) }
        return table
    }
}
