import VSGrowth
import VSStore
public import VSSurveillance

/// What a cohort says, as `vsdb cohort` and the page list it.
public struct CohortTables: Sendable {
    /// The steps of the growth-free survival.
    public let steps: TextTable
    /// The risk of each year since the first exam.
    public let risks: TextTable
    /// Quantiles of the specific growth rate per year.
    public let rates: TextTable
    /// What was done in each calendar year.
    public let years: TextTable

    /// The tables of a cohort.
    public init(_ cohort: Cohort) {
        steps = Self.steps(cohort)
        risks = Self.risks(cohort)
        rates = Self.rates(cohort)
        years = Self.years(cohort)
    }

    /// Two sentences on how many tumours were watched, and how many grew.
    public static func summary(_ cohort: Cohort) -> String {
        let grown = cohort.tumours.count { $0.grownOn != nil }
        return
            "\(Words.count(cohort.tumours.count, "tumour")) watched, \(grown) grew; \(cohort.leftOut) more with "
            + "fewer than two comparable exams before treatment"
    }

    private static func steps(_ cohort: Cohort) -> TextTable {
        var table = TextTable([
            .init("", key: "years"), .init("", key: "atRisk"), .init("", key: "grown"),
            .init("", key: "growthFree"), .init("", key: "low"), .init("", key: "high"),
        ])
        for step in cohort.survival.steps {
            table.add([
                .number(step.years, ""), .integer(step.atRisk), .integer(step.grown),
                .number(step.survival, ""), .number(step.low, ""), .number(step.high, ""),
            ])
        }
        return table
    }

    private static func risks(_ cohort: Cohort) -> TextTable {
        var table = TextTable([
            .init("year", key: "year", .right), .init("at risk", key: "atRisk", .right),
            .init("risk %", key: "riskPercent", .right), .init("from", key: "lowPercent", .right),
            .init("to", key: "highPercent", .right),
            .init("published %", key: "publishedPercent", .right),
        ])
        func cell(_ value: Double?) -> TextTable.Value {
            value.map { .number($0, NumberText.fixed($0, $0 < 9.95 ? 1 : 0)) } ?? .none
        }
        for risk in cohort.risks {
            table.add([
                .integer(risk.year), risk.atRisk.map { .integer($0) } ?? .none,
                cell(risk.riskPercent), cell(risk.lowPercent), cell(risk.highPercent),
                cell(risk.publishedPercent),
            ])
        }
        return table
    }

    private static func rates(_ cohort: Cohort) -> TextTable {
        var table = TextTable([
            .init("quantile", key: "quantile", .right),
            .init("SGR per year", key: "growthRatePerYear", .right),
        ])
        for rate in cohort.growthRates {
            table.add([
                .number(rate.p, "\(NumberText.fixed(100 * rate.p, 0)) %"),
                .number(rate.perYear, NumberText.fixed(rate.perYear, 3)),
            ])
        }
        return table
    }

    private static func years(_ cohort: Cohort) -> TextTable {
        var table = TextTable([
            .init("year", key: "year", .right), .init("new patients", key: "newPatients", .right),
            .init("T2 exams", key: "exams", .right), .init("segmented", key: "segmented", .right),
            .init("no tumour found", key: "withoutTumour", .right),
            .init("accepted", key: "accepted", .right), .init("rejected", key: "rejected", .right),
            .init("outlined", key: "outlined", .right),
        ])
        for year in cohort.years {
            table.add([
                .integer(year.year), .integer(year.newPatients), .integer(year.exams),
                .integer(year.segmented), .integer(year.withoutTumour), .integer(year.accepted),
                .integer(year.rejected), .integer(year.outlined),
            ])
        }
        return table
    }
}
