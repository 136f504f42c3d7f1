import VSGrowth
import VSReport
import VSStore
import VSSurveillance

/// What `vsdb cohort` prints.
struct CohortReport {
    private let cohort: Cohort

    init(_ cohort: Cohort) { self.cohort = cohort }

    func show(_ output: OutputOptions) throws {
        switch output.format {
        case .csv: print(steps.csv)
        case .json: try output.printJSON(object)
        case .table: try showText(output)
        }
    }

    private func showText(_ output: OutputOptions) throws {
        let grown = cohort.tumours.count { $0.grownOn != nil }
        print(
            "\(cohort.tumours.count) tumours watched, \(grown) grew; \(cohort.leftOut) more with "
                + "fewer than two comparable exams before treatment")
        if let median = cohort.survival.medianYears {
            print("half had grown after \(NumberText.fixed(median, 1)) years")
        }
        print("")
        try output.show(risks, empty: "")
        print("")
        try output.show(rates, empty: "No growth rate yet.")
        print("")
        try output.show(years, empty: "No exam yet.")
        print("Research use only.")
    }

    private var object: [String: Any] {
        [
            "tumours": cohort.tumours.count,
            "grown": cohort.tumours.count { $0.grownOn != nil },
            "leftOut": cohort.leftOut,
            "medianYears": cohort.survival.medianYears as Any? ?? NSNullValue.value,
            "survival": steps.objects, "risks": risks.objects, "growthRates": rates.objects,
            "years": years.objects, "researchUseOnly": true,
        ]
    }

    private var steps: TextTable {
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

    private var risks: TextTable {
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

    private var rates: TextTable {
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

    private var years: TextTable {
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
