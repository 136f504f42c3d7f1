import VSGrowth
import VSReport
import VSStore
import VSSurveillance

/// What `vsdb cohort` prints.
struct CohortReport {
    private let cohort: Cohort
    private let tables: CohortTables

    init(_ cohort: Cohort) {
        self.cohort = cohort
        tables = CohortTables(cohort)
    }

    func show(_ output: OutputOptions) throws {
        switch output.format {
        case .csv: print(tables.steps.csv)
        case .json: try output.printJSON(object)
        case .table: try showText(output)
        }
    }

    private func showText(_ output: OutputOptions) throws {
        print(CohortTables.summary(cohort))
        if let median = cohort.survival.medianYears {
            print("half had grown after \(NumberText.fixed(median, 1)) years")
        }
        print("")
        try output.show(tables.risks, empty: "")
        print("")
        try output.show(tables.rates, empty: "No growth rate yet.")
        print("")
        try output.show(tables.years, empty: "No exam yet.")
        print("Research use only.")
    }

    private var object: [String: Any] {
        [
            "tumours": cohort.tumours.count,
            "grown": cohort.tumours.count { $0.grownOn != nil },
            "leftOut": cohort.leftOut,
            "medianYears": cohort.survival.medianYears as Any? ?? NSNullValue.value,
            "survival": tables.steps.objects, "risks": tables.risks.objects,
            "growthRates": tables.rates.objects,
            "years": tables.years.objects, "researchUseOnly": true,
        ]
    }
}
